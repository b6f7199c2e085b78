package io.gangway.tasks;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that stands still until it is moved. */
public final class ManualClock implements LongSupplier {
    /** A microsecond before nanoseconds overflow: what compares times, and not their differences, fails. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);

    @Override
    public long getAsLong() {
        return nanos.get();
    }

    public void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    /** Moves on and has {@code deadlines} see each of its ten milliseconds. */
    public void advance(Duration by, Deadlines deadlines) {
        long end = nanos.get() + by.toNanos();
        while (end - nanos.get() > 0) {
            nanos.addAndGet(Math.min(10_000_000, end - nanos.get()));
            deadlines.turn();
        }
    }
}
