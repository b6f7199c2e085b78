package io.gangway.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt to connect: 50 ms at first, twice as long each time, a second at most, and a
 * little less by chance, so that not all nodes come at once. Confined to its thread.
 */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofSeconds(1);
    /** A connection that lived so long was a good one. */
    private static final Duration GOOD_LIFE = Duration.ofSeconds(1);

    private long next = FIRST.toNanos();

    /** The nanoseconds to wait now. */
    long next() {
        long delay = next;
        next = Math.min(2 * next, LONGEST.toNanos());
        return delay / 2 + ThreadLocalRandom.current().nextLong(delay / 2 + 1);
    }

    /** A connection has ended after so many nanoseconds. */
    void lived(long nanos) {
        if (nanos >= GOOD_LIFE.toNanos()) {
            next = FIRST.toNanos();
        }
    }
}
