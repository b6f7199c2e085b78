package io.gangway.redis.link;

import java.time.Duration;
import org.slf4j.Logger;

/**
 * Logs a kind of warning that could repeat thousands of times a second: one line in ten seconds, which tells how many
 * were left out. Thread-safe.
 */
final class RateLimitedLog {
    private static final long PERIOD = Duration.ofSeconds(10).toNanos();

    private final Logger log;
    private long omitted;
    private long lastLogged = System.nanoTime() - PERIOD;

    RateLimitedLog(Logger log) {
        this.log = log;
    }

    /**
     * Logs the warning, or counts it as left out.
     *
     * @param detail of this one case; must not quote what was sent or received
     */
    synchronized void warn(String what, String detail) {
        long now = System.nanoTime();
        if (now - lastLogged < PERIOD) {
            omitted++;
            return;
        }
        if (omitted == 0) {
            log.warn("{}: {}", what, detail);
        } else {
            log.warn("{}: {} ({} more such warnings since the last one)", what, detail, omitted);
        }
        omitted = 0;
        lastLogged = now;
    }

    /** A failure in one line; Jedis's exceptions carry addresses and reasons, but no credentials. */
    static String describe(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        String cause = String.valueOf(failure.getCause());
        return failure.getCause() == null || message.equals(cause) ? message : message + " (" + cause + ")";
    }
}
