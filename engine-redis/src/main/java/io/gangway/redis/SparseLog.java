package io.gangway.redis;

import java.time.Duration;
import org.slf4j.Logger;

/** Warnings about what can happen thousands of times a second: one line in ten seconds, which counts the others. Thread-safe. */
final class SparseLog {
    private static final long PERIOD = Duration.ofSeconds(10).toNanos();

    private final Logger log;
    private long untold;
    private long lastTold = System.nanoTime() - PERIOD;

    SparseLog(Logger log) {
        this.log = log;
    }

    /**
     * Warns, or counts.
     *
     * @param detail of this one case; says nothing of what was sent
     */
    synchronized void warn(String what, String detail) {
        long now = System.nanoTime();
        if (now - lastTold < PERIOD) {
            untold++;
            return;
        }
        if (untold == 0) {
            log.warn("{}: {}", what, detail);
        } else {
            log.warn("{}: {} ({} more since the last line about that)", what, detail, untold);
        }
        untold = 0;
        lastTold = now;
    }
}
