package io.gangway.connection;

import java.time.Duration;

/**
 * How much may wait for the clients of one engine, and when a client counts as too slow.
 *
 * @param maxBuffered beyond this many bytes, a client must take at least {@code slowBelow}, and frames that may be
 *     dropped are dropped
 * @param maxUnsent once this many bytes wait for one client, it is too slow at once
 * @param budget how many bytes may wait for all clients together; a frame that several clients wait for counts once
 * @param slowAfter how long a client may take nothing, or too little
 * @param slowBelow how many bytes a second a client must take while more than {@code maxBuffered} wait for it
 * @param latestKeys for how many keys of one client a newer frame replaces the one that waits
 */
public record OutboundLimits(
        long maxBuffered, long maxUnsent, long budget, Duration slowAfter, int slowBelow, int latestKeys) {}
