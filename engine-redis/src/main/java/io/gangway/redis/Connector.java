package io.gangway.redis;

import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A thread that keeps something connected to Redis: connects, has the connection used until it breaks, and after a
 * {@link Backoff} does it again, until it is closed. All methods are for any thread.
 */
final class Connector {
    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

    private final Supplier<RedisConnection> connections;
    private final LongAdder reconnects;
    private final User user;
    private final String complaint;
    private final Thread thread;
    private final Backoff backoff;
    private volatile boolean closed;

    /** For whom it connects; called on the connector's thread. */
    interface User {
        /**
         * Uses the connection until it breaks, and cuts it.
         *
         * @throws JedisException if it breaks
         */
        void use(RedisConnection connection);

        /** There is no connection, or it broke. */
        void failed(JedisException why);

        /** There will be no other connection. */
        void ended();
    }

    /**
     * @param complaint what is said in the log when there is no connection
     * @param reconnects counts all connections but the first
     */
    Connector(
            String threadName,
            String complaint,
            Supplier<RedisConnection> connections,
            LongAdder reconnects,
            User user) {
        this.complaint = complaint;
        this.connections = connections;
        this.reconnects = reconnects;
        this.user = user;
        this.thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
        this.backoff = new Backoff(thread);
    }

    void start() {
        thread.start();
    }

    /** Redis is there, as another connection knows: the next attempt comes soon. */
    void hurry() {
        backoff.hurry();
    }

    /** Makes no other connection; the one that is there is its user's to cut. */
    void close() {
        closed = true;
        LockSupport.unpark(thread);
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
        SparseLog failures = new SparseLog(LOG);
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
                user.use(connection);
            } catch (JedisException broken) {
                if (!closed && !(broken instanceof Topology.Undiscovered)) {
                    failures.warn(complaint, describe(broken));
                }
                user.failed(broken);
            }
            if (connected == 0 || !backoff.wasGood(System.nanoTime() - connected)) {
                backoff.pause(() -> closed);
            }
        }
        user.ended();
    }

    /** What went wrong, in one line; Jedis's exceptions carry addresses and reasons, no credentials. */
    static String describe(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        String cause = String.valueOf(failure.getCause());
        return failure.getCause() == null || message.equals(cause) ? message : message + " (" + cause + ")";
    }
}
