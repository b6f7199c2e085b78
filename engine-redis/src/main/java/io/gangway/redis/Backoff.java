package io.gangway.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How long a thread waits before its next attempt to connect: 50 ms at first, twice as long each time, a second at most,
 * and a little less by chance, so that not all nodes come at once. {@link #hurry} is for any thread, the
 * rest is confined to the one that waits.
 */
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(50);
    static final Duration LONGEST = Duration.ofSeconds(1);
    /** A connection that lived so long was a good one. */
    private static final Duration GOOD_LIFE = Duration.ofSeconds(1);

    private final Thread waiter;
    private long next = FIRST.toNanos();
    private volatile boolean hurried;

    Backoff(Thread waiter) {
        this.waiter = waiter;
    }

    /** Waits before the next attempt, or until it makes no sense any more. */
    void pause(BooleanSupplier senseless) {
        long start = System.nanoTime();
        long delay = next();
        while (!senseless.getAsBoolean()) {
            long waited = System.nanoTime() - start;
            long rest = (hurried ? Math.min(delay, FIRST.toNanos()) : delay) - waited;
            if (rest <= 0) {
                break;
            }
            LockSupport.parkNanos(this, rest);
        }
        hurried = false;
    }

    /** The nanoseconds to wait now. */
    private long next() {
        long delay = next;
        next = Math.min(2 * next, LONGEST.toNanos());
        return delay / 2 + ThreadLocalRandom.current().nextLong(delay / 2 + 1);
    }

    /** Redis is there, as another connection knows: makes this wait, or else the next, no longer than the shortest. */
    void hurry() {
        hurried = true;
        LockSupport.unpark(waiter);
    }

    /** A connection has ended after so many nanoseconds: whether it was a good one, after which all begins anew. */
    boolean wasGood(long nanos) {
        boolean good = nanos >= GOOD_LIFE.toNanos();
        if (good) {
            next = FIRST.toNanos();
        }
        return good;
    }
}
