/**
 * Many light Socket.IO clients on one thread, in a process of their own, and the loads they put on a server.
 *
 * <p>They count every delivery, check the order of samples, and fail rather than report a wrong figure.
 */
@NullMarked
package io.gangway.benchmarks.clients;

import org.jspecify.annotations.NullMarked;
