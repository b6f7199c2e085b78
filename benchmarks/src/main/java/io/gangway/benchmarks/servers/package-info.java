/**
 * Servers that do the same work for the same clients, in this process or in one of their own, and the resources they
 * use.
 *
 * <p>Each server broadcasts on order of its process. A client's {@code message} goes to everyone, {@code echo} is
 * answered by the ack, {@code join} puts the sender into a group, and {@code speak} goes to the sender's group.
 */
@NullMarked
package io.gangway.benchmarks.servers;

import org.jspecify.annotations.NullMarked;
