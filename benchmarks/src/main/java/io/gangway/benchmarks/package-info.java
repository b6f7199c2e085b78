/**
 * Compares the engine's cost with that of other servers, beginning with {@link io.gangway.benchmarks.Benchmarks}.
 *
 * <p>JMH measures single-threaded code, and servers under load whose clients run in a process of their own, so that the
 * clients' cost is not counted. The comparison also runs each server in a process of its own, all with the same
 * clients.
 */
@NullMarked
package io.gangway.benchmarks;

import org.jspecify.annotations.NullMarked;
