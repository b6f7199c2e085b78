/**
 * JMH benchmarks of servers under load: the server runs in JMH's fork, the clients in a process of their own.
 *
 * <p>An operation is a delivery, an ack or a handshake that the clients have counted; every figure per operation from
 * JMH and its profilers refers to one of these.
 */
@NullMarked
package io.gangway.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
