/**
 * Servers under load, as JMH benchmarks: the server stands in JMH's fork, the clients in a process of their own.
 *
 * <p>An operation is a delivery, an ack or a handshake that the clients have counted, so that every figure that JMH and its
 * profilers give for an operation is one for each of these.
 */
@NullMarked
package io.gangway.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
