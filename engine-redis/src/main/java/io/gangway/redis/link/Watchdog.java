package io.gangway.redis.link;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has connections checked at intervals, on a thread of its own. Thread-safe. */
final class Watchdog {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final Duration interval;
    private final Runnable check;
    private final Thread thread;
    private final String failed;
    private volatile boolean closed;

    /**
     * @param owner whose connections they are, for the log
     * @param check must not wait for Redis
     */
    Watchdog(String threadName, String owner, Duration interval, Runnable check) {
        this.interval = interval;
        this.check = check;
        this.failed = owner + " failed to check its connections; it checks again in " + interval.toMillis() + " ms";
        this.thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(interval.toNanos());
            try {
                check.run();
            } catch (Throwable ourFault) {
                Faults.report(LOG, failed, ourFault);
            }
        }
    }
}
