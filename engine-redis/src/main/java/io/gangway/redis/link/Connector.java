package io.gangway.redis.link;

import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A thread that stays connected to Redis: it connects, has its {@link Handler} use the connection until it breaks,
 * waits as {@link Backoff} says, and connects again, until it is closed, whatever fails. Thread-safe.
 */
final class Connector {
    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

    private final Supplier<RedisConnection> connections;
    private final LongAdder reconnects;
    private final Handler handler;
    private final String failure;
    private final Thread thread;
    private final Backoff backoff;
    private volatile @Nullable RedisConnection current;
    private volatile boolean closed;

    /** Uses the connections; called on the connector's thread. */
    interface Handler {
        /**
         * Uses the connection until it breaks, and cuts it.
         *
         * @throws JedisException if it breaks
         */
        void connected(RedisConnection connection);

        /** Connecting failed, or the connection broke. */
        void failed(JedisException why);

        /** The connector is closed; there will be no other connection. */
        void ended();
    }

    /**
     * @param failure what the log says before the reason when connecting fails
     * @param reconnects counts all connections but the first
     */
    Connector(
            String threadName,
            String failure,
            Supplier<RedisConnection> connections,
            LongAdder reconnects,
            Handler handler) {
        this.failure = failure;
        this.connections = connections;
        this.reconnects = reconnects;
        this.handler = handler;
        this.thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
        this.backoff = new Backoff(thread);
    }

    void start() {
        thread.start();
    }

    /** Another connection has reached Redis: the next attempt comes soon. */
    void retrySoon() {
        backoff.retrySoon();
    }

    /** Ends the connection; the connector makes another at once, unless it is closed. */
    void cut() {
        RedisConnection connection = current;
        if (connection != null) {
            connection.cut();
        }
    }

    /** Ends the connection, and makes no other. */
    void close() {
        closed = true;
        LockSupport.unpark(thread);
        cut();
    }

    boolean isClosed() {
        return closed;
    }

    Thread thread() {
        return thread;
    }

    /** Waits until its thread has ended. */
    void join(long millis) throws InterruptedException {
        thread.join(millis);
    }

    private void run() {
        RateLimitedLog failures = new RateLimitedLog(LOG);
        boolean again = false;
        while (!closed) {
            long connected = 0;
            try {
                RedisConnection connection = connections.get();
                if (again) {
                    reconnects.increment();
                }
                again = true;
                connected = System.nanoTime();
                current = connection;
                if (closed) {
                    connection.cut();
                }
                handler.connected(connection);
            } catch (JedisException broken) {
                if (!closed && !(broken instanceof UnknownTopologyException)) {
                    failures.warn(failure, RateLimitedLog.describe(broken));
                }
                tell(broken);
            } catch (Throwable ourFault) {
                // Without this thread the node would be deaf or mute for good: it connects again, as after any failure.
                cut();
                Faults.report(LOG, failure + " after an unexpected failure", ourFault);
                tell(new JedisException(ourFault));
            } finally {
                current = null;
            }
            if (connected == 0 || !backoff.wasStable(System.nanoTime() - connected)) {
                backoff.pause(() -> closed);
            }
        }
        handler.ended();
    }

    private void tell(JedisException why) {
        try {
            handler.failed(why);
        } catch (Throwable ourFault) {
            Faults.report(LOG, failure + " after an unexpected failure", ourFault);
        }
    }

    /** Waits until a thread has ended; an interrupt is kept for later. */
    static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
