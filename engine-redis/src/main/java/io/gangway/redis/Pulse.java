package io.gangway.redis;

import java.time.Duration;

/**
 * The signs of life of one connection after another: since when one is waited for, and how late the answers to pings are.
 * The reader tells of what it waits for and hears, another thread of what is asked; thread-safe.
 */
final class Pulse {
    private final Duration interval;

    /** Whether the reader waits for Redis, and since when: while it hands something over, Redis is not to blame. */
    private volatile boolean waiting;

    private volatile long since;
    private volatile long pinged;
    private volatile boolean pingUnderWay;
    private volatile long lag;

    /** @param interval between two pings; a connection that is silent for twice as long is dead */
    Pulse(Duration interval) {
        this.interval = interval;
    }

    /** There is a connection. */
    void begin() {
        long now = System.nanoTime();
        since = now;
        pinged = now;
        lag = 0;
    }

    /** It is gone. */
    void end() {
        pingUnderWay = false;
        waiting = false;
        lag = 0;
    }

    /** Until the next {@link #heard()}. */
    void waitsFromNow() {
        since = System.nanoTime();
        waiting = true;
    }

    void heard() {
        waiting = false;
    }

    /** Whether it is time for a ping. */
    boolean isPingDue() {
        return !pingUnderWay && System.nanoTime() - pinged >= interval.toNanos();
    }

    void pinging() {
        pinged = System.nanoTime();
        pingUnderWay = true;
    }

    void pong() {
        lag = System.nanoTime() - pinged;
        pingUnderWay = false;
    }

    /** For how long nothing has come that is waited for. */
    Duration silence() {
        return waiting ? Duration.ofNanos(System.nanoTime() - since) : Duration.ZERO;
    }

    /** Whether it has been silent for too long. */
    boolean isOver() {
        return silence().compareTo(interval.multipliedBy(2)) > 0;
    }

    /** How far reading is behind: the age of the answer to the last ping, or of the ping that waits for one. */
    Duration lag() {
        long late = pingUnderWay ? System.nanoTime() - pinged : 0;
        return Duration.ofNanos(Math.max(lag, late));
    }
}
