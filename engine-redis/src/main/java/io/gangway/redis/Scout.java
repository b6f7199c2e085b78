package io.gangway.redis;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks again and again where things are, on a thread of its own; sooner if somebody asks. Thread-safe. */
final class Scout {
    private static final Logger LOG = LoggerFactory.getLogger(Scout.class);
    /** However many ask. */
    private static final long REST_NANOS = Duration.ofMillis(100).toNanos();

    private final Runnable look;
    private final long interval;
    private final Thread thread;
    private volatile boolean asked = true;
    private volatile boolean closed;

    Scout(String name, Duration interval, Runnable look) {
        this.look = look;
        this.interval = interval.toNanos();
        this.thread = new Thread(this::run, "gangway-redis-scout-" + name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Looks soon. */
    void ask() {
        asked = true;
        LockSupport.unpark(thread);
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            asked = false;
            try {
                look.run();
            } catch (RuntimeException ourFault) {
                LOG.error("finding the Redis nodes failed; the next attempt follows", ourFault);
            }
            park(REST_NANOS, false);
            park(interval, true);
        }
    }

    private void park(long nanos, boolean untilAsked) {
        long end = System.nanoTime() + nanos;
        for (long rest = nanos; rest > 0 && !closed && !(untilAsked && asked); rest = end - System.nanoTime()) {
            LockSupport.parkNanos(rest);
        }
    }
}
