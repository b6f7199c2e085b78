package io.gangway.redis.link;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refreshes a topology at intervals, and soon after each request, on a thread of its own. Thread-safe. */
final class TopologyRefresher {
    private static final Logger LOG = LoggerFactory.getLogger(TopologyRefresher.class);
    /** Between two refreshes at least, however many are requested. */
    private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

    private final Runnable refresh;
    private final long interval;
    private final Thread thread;
    private final String failed;
    private volatile boolean requested = true;
    private volatile boolean closed;

    TopologyRefresher(String name, Duration interval, Runnable refresh) {
        this.refresh = refresh;
        this.interval = interval.toNanos();
        this.failed = "failed to discover the Redis nodes; trying again in " + interval.toMillis() + " ms";
        this.thread = new Thread(this::run, "gangway-redis-topology-" + name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Refreshes soon. */
    void refresh() {
        requested = true;
        LockSupport.unpark(thread);
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            requested = false;
            try {
                refresh.run();
            } catch (Throwable ourFault) {
                Faults.report(LOG, failed, ourFault);
            }
            park(PAUSE_NANOS, false);
            park(interval, true);
        }
    }

    private void park(long nanos, boolean untilRequested) {
        long end = System.nanoTime() + nanos;
        for (long rest = nanos; rest > 0 && !closed && !(untilRequested && requested); rest = end - System.nanoTime()) {
            LockSupport.parkNanos(rest);
        }
    }
}
