package io.gangway.jetty;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How many WebSockets and parked polls there are, for a stop that waits until they have gone. Thread-safe. */
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

    /** Waits until nobody is left, or the time is up, or the thread is interrupted. */
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
