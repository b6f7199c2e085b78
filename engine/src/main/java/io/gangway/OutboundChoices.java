package io.gangway;

import io.gangway.connection.OutboundLimits;
import java.time.Duration;

/** What an application has chosen for events that wait for clients; {@link Limits.Builder} documents it. */
final class OutboundChoices {
    private static final long LEAST_BUFFERED = 1 << 20;
    private static final long LEAST_UNSENT = 16 << 20;

    long maxBuffered; // 0 until it is set
    long maxUnsent; // 0 until it is set
    long outboundBudget; // 0 until it is set
    Duration slowAfter = Duration.ofSeconds(10);
    int slowBelow = 10 * 1024;
    int maxLatestKeys = 1024;

    /** @throws IllegalArgumentException if maxUnsent is too low */
    OutboundLimits build(int maxPayload) {
        long buffered = maxBuffered > 0 ? maxBuffered : Math.max(LEAST_BUFFERED, maxPayload);
        if (maxUnsent > 0 && maxUnsent < buffered) {
            throw new IllegalArgumentException("maxUnsent must be at least maxBuffered, which is " + buffered
                    + ", but is " + maxUnsent + "; raise maxUnsent(..) or lower maxBuffered(..)");
        }
        return new OutboundLimits(
                buffered,
                maxUnsent > 0 ? maxUnsent : Math.max(LEAST_UNSENT, 2 * buffered),
                outboundBudget > 0 ? outboundBudget : Runtime.getRuntime().maxMemory() / 4,
                slowAfter,
                slowBelow,
                maxLatestKeys);
    }
}
