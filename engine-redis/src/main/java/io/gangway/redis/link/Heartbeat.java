package io.gangway.redis.link;

import java.time.Duration;

/**
 * When to ping one connection, how late the replies are, and when to give the connection up. Serves one connection
 * after another. Thread-safe: the reader reports what it waits for and receives, another thread the pings.
 */
final class Heartbeat {
    private final Duration interval;

    /** Whether the reader waits for Redis: while it handles a message instead, silence is not Redis's fault. */
    private volatile boolean waiting;

    private volatile long waitingSince;
    private volatile long pingedAt;
    private volatile boolean pingPending;
    private volatile long lag;

    /** @param interval between two pings; a connection that is silent for twice as long is dead */
    Heartbeat(Duration interval) {
        this.interval = interval;
    }

    /** A connection was made. */
    void begin() {
        long now = System.nanoTime();
        waitingSince = now;
        pingedAt = now;
        lag = 0;
    }

    /** The connection is gone. */
    void end() {
        pingPending = false;
        waiting = false;
        lag = 0;
    }

    /** The reader waits for Redis, until {@link #received}. */
    void waiting() {
        waitingSince = System.nanoTime();
        waiting = true;
    }

    void received() {
        waiting = false;
    }

    boolean isPingDue() {
        return !pingPending && System.nanoTime() - pingedAt >= interval.toNanos();
    }

    void pingSent() {
        pingedAt = System.nanoTime();
        pingPending = true;
    }

    void pong() {
        lag = System.nanoTime() - pingedAt;
        pingPending = false;
    }

    /** For how long the reader has waited in vain. */
    Duration silence() {
        return waiting ? Duration.ofNanos(System.nanoTime() - waitingSince) : Duration.ZERO;
    }

    /** Whether the connection has been silent for too long. */
    boolean isDead() {
        return silence().compareTo(interval.multipliedBy(2)) > 0;
    }

    /** How far reading is behind: the round-trip time of the last ping, or the age of the one without a reply. */
    Duration lag() {
        long late = pingPending ? System.nanoTime() - pingedAt : 0;
        return Duration.ofNanos(Math.max(lag, late));
    }
}
