package io.gangway.redis.link;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How long a thread waits before it tries to connect again: 50 ms at first, doubled each time up to 1 s, and
 * shortened at random by up to half, so that not all nodes reconnect at once. {@link #retrySoon} is thread-safe, all
 * else is confined to the waiting thread.
 */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(50);
    static final Duration LONGEST = Duration.ofSeconds(1);
    /** After a connection that lasted so long, delays start from the first again. */
    private static final Duration STABLE = Duration.ofSeconds(1);

    private final Thread waiter;
    private long next = FIRST.toNanos();
    private volatile boolean soon;

    Backoff(Thread waiter) {
        this.waiter = waiter;
    }

    /** Waits before the next attempt, or until the attempt is cancelled. */
    void pause(BooleanSupplier cancelled) {
        long start = System.nanoTime();
        long delay = next();
        while (!cancelled.getAsBoolean()) {
            long waited = System.nanoTime() - start;
            long rest = (soon ? Math.min(delay, FIRST.toNanos()) : delay) - waited;
            if (rest <= 0) {
                break;
            }
            LockSupport.parkNanos(this, rest);
        }
        soon = false;
    }

    /** The next delay in nanoseconds. */
    private long next() {
        long delay = next;
        next = Math.min(2 * next, LONGEST.toNanos());
        return delay / 2 + ThreadLocalRandom.current().nextLong(delay / 2 + 1);
    }

    /** Another connection has reached Redis: shortens the current delay, or else the next, to 50 ms at most. */
    void retrySoon() {
        soon = true;
        LockSupport.unpark(waiter);
    }

    /** Whether a connection that has ended after so many nanoseconds was stable; delays then start anew. */
    boolean wasStable(long nanos) {
        boolean stable = nanos >= STABLE.toNanos();
        if (stable) {
            next = FIRST.toNanos();
        }
        return stable;
    }
}
