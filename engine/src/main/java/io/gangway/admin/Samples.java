package io.gangway.admin;

import java.util.function.LongSupplier;

/** Chooses the events of clients that are shown: so many in each second. Thread-safe. */
final class Samples {
    static final int A_SECOND = 200;
    private static final long SECOND = 1_000_000_000;

    private final LongSupplier nanoTime;

    // Guarded by this.
    private long begun;
    private int taken;

    Samples(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
    }

    synchronized boolean take() {
        long now = nanoTime.getAsLong();
        if (now - begun >= SECOND) {
            begun = now;
            taken = 0;
        }
        if (taken == A_SECOND) {
            return false;
        }
        taken++;
        return true;
    }
}
