/**
 * What the engine costs, beside what others cost.
 *
 * <p>JMH measures what happens within one thread. What a server costs per delivery is measured from outside: the servers
 * stand in processes of their own, the clients in another, so that the clients' cost is not counted, and each server's CPU
 * time is read before and after.
 */
@NullMarked
package io.gangway.benchmarks;

import org.jspecify.annotations.NullMarked;
