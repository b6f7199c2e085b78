/** Servers that do the same for the same clients: {@code message} goes to everyone, {@code echo} comes back as the ack. */
@NullMarked
package io.gangway.benchmarks.servers;

import org.jspecify.annotations.NullMarked;
