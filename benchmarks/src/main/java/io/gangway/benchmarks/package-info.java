/**
 * What the engine costs, beside what others cost: {@link io.gangway.benchmarks.Benchmarks} is where it starts.
 *
 * <p>JMH measures what happens within one thread, and servers under load. Their clients are in a process of their own, so that
 * the clients' cost is not counted; the comparison puts the servers into processes of their own as well, all with the same
 * clients.
 */
@NullMarked
package io.gangway.benchmarks;

import org.jspecify.annotations.NullMarked;
