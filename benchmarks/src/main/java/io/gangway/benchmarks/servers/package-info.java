/**
 * Servers that do the same for the same clients, in this process or in one of their own, and what they use.
 *
 * <p>Each broadcasts what its process tells it to. Of its clients, {@code message} goes to everyone, {@code echo} comes back
 * as the ack, {@code join} puts the sender into a group, and {@code speak} goes to the sender's group.
 */
@NullMarked
package io.gangway.benchmarks.servers;

import org.jspecify.annotations.NullMarked;
