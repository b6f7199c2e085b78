/**
 * Many light Socket.IO clients on one thread, in a process of their own, and what they do to a server.
 *
 * <p>They count every delivery, look at the order of samples, and would rather fail than tell a wrong figure.
 */
@NullMarked
package io.gangway.benchmarks.clients;

import org.jspecify.annotations.NullMarked;
