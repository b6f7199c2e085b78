package io.gangway.jetty;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Counts open WebSockets and waiting polls, so that a stop can wait until they have ended. Thread-safe. */
final class Occupancy {
    private int present;

    synchronized void enter() {
        present++;
    }

    synchronized void leave() {
        present--;
        if (present == 0) {
            notifyAll();
        }
    }

    /** Waits until none is left, the time has passed, or the thread is interrupted. */
    synchronized void awaitNone(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            for (long left = atMost.toNanos(); present > 0 && left > 0; left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
    }
}
