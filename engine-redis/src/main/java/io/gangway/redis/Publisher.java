package io.gangway.redis;

import io.gangway.cluster.ClusterUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/**
 * Writes commands to one Redis node, over a connection that it makes again whenever it breaks. One thread writes whatever
 * waits in one go, another reads the answers meanwhile; {@link #send} waits for neither. Thread-safe.
 *
 * <p>A command is written once. Those without an answer when the connection breaks have an unknown fate.
 */
final class Publisher implements Connector.User {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    /** So many are written in one go. */
    private static final int BATCH = 512;
    /** Between two messages that feel whether all listen again. */
    private static final long FEEL_NANOS = Duration.ofMillis(25).toNanos();

    private final String name;
    private final Duration pingInterval;
    private final Tally tally;
    private final Events events;
    private final Backlog backlog;
    private final Queue<Command> inFlight = new ConcurrentLinkedQueue<>();
    private final Audience audience = new Audience();
    private final SparseLog refusals = new SparseLog(LOG);
    private final SparseLog breaks = new SparseLog(LOG);
    private final Connector connector;
    private final Thread writer;

    private volatile @Nullable RedisConnection connection;
    /** Whether what is added is written as it comes. */
    private volatile boolean up;
    /** How many heard the last message that was sent while it was not. */
    private volatile long felt;

    /** Whether Redis refused the last message. */
    private volatile boolean refused;

    private volatile boolean closing;
    /** Whether the first attempt to connect has come to an end. */
    private volatile boolean tried;

    /** When the oldest command in flight was written, or the last answer came. */
    private volatile long progress;

    /** What a publisher tells, on its own threads, which are not to be held up. */
    interface Events {
        /** It writes as it is told, or does not any more; or Redis refuses its messages, or does not any more. */
        void publisherChanged();

        /** It has a connection to that node, so others can have one. */
        void publisherConnected(String node);

        /** Whether this process hears that node, as far as it wants to: until then, what has waited waits on. */
        boolean isHeard(String node);

        /** Redis has taken a message, for so many connections. */
        void published(Command message, long receivers);

        /** Redis has answered with an error. */
        void refused(Command command, JedisDataException why);
    }

    Publisher(
            String name,
            Supplier<RedisConnection> connections,
            Backlog backlog,
            Duration pingInterval,
            Tally tally,
            Events events) {
        this.name = name;
        this.backlog = backlog;
        this.pingInterval = pingInterval;
        this.tally = tally;
        this.events = events;
        this.connector = new Connector(
                "gangway-redis-writer-" + name,
                "no connection to Redis " + name,
                connections,
                tally.publisherReconnects,
                this);
        this.writer = connector.thread();
    }

    void start() {
        connector.start();
    }

    /** Sends a command as soon as may be, or fails its answer; never waits. */
    void send(Command command) {
        backlog.add(command);
    }

    /** Whether what is sent is written as it comes. */
    boolean isUp() {
        return up && isConnected();
    }

    /** Whether Redis refused the last message over this connection, and named no other node for it. */
    boolean isRefused() {
        return refused;
    }

    private boolean isConnected() {
        RedisConnection current = connection;
        return current != null && !current.isBroken();
    }

    /** How many commands have no answer yet. */
    int unsettled() {
        return backlog.size() + inFlight.size();
    }

    /** All that waits, in its order; for another publisher to send. */
    List<Command> takeWaiting() {
        return backlog.takeAll();
    }

    /** To be called a few times in each ping interval: asks a silent connection for a sign of life, and ends a dead one. */
    void watch() {
        RedisConnection current = connection;
        if (current == null || current.isBroken()) {
            return;
        }
        long silence = System.nanoTime() - progress;
        if (!inFlight.isEmpty() && silence > 2 * pingInterval.toNanos()) {
            LOG.warn("Redis {} has not answered for {} ms; connecting again", name, silence / 1_000_000);
            cut();
        } else if (inFlight.isEmpty() && silence > pingInterval.toNanos()) {
            send(Command.question(Subscription.Kind.CHANNEL, "", Protocol.Command.PING));
        }
    }

    /** Ends the connection; another one is made at once. */
    void cut() {
        RedisConnection current = connection;
        if (current != null) {
            current.cut();
        }
        backlog.wake(writer);
    }

    /** Redis may be there, or be heard, again. */
    void hurry() {
        connector.hurry();
    }

    /** Sends what waits, for so long at most, and ends; what was said before the first connection was made, too. */
    void close(Duration flush) {
        closing = true;
        backlog.close();
        LockSupport.unpark(writer);
        long deadline = System.nanoTime() + flush.toNanos();
        while ((isConnected() || !tried) && unsettled() > 0 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        connector.close();
        cut();
    }

    /** Waits until its threads have ended. */
    void join(long millis) throws InterruptedException {
        connector.join(millis);
    }

    @Override
    public void failed(JedisException unreachable) {
        tried = true;
        backlog.down(new ClusterUnavailableException("Redis " + name + " cannot be reached", unreachable));
        backlog.dropOld();
    }

    @Override
    public void ended() {
        backlog.dropAll();
    }

    @Override
    public void use(RedisConnection current) {
        progress = System.nanoTime();
        refused = false;
        connection = current;
        tried = true;
        if (connector.isClosed()) {
            current.cut();
        }
        Thread reader = new Thread(() -> read(current), "gangway-redis-answers-" + name);
        reader.setDaemon(true);
        reader.start();
        events.publisherConnected(name);
        Throwable why = null;
        try {
            awaitListener(current);
            awaitAudience(current);
            backlog.up();
            up = true;
            events.publisherChanged();
            write(current);
        } catch (JedisException broken) {
            why = broken;
        }
        current.cut();
        joinUninterruptibly(reader);
        connection = null;
        up = false;
        String what = "the connection to Redis " + name + " broke";
        var outage = why == null ? new ClusterUnavailableException(what) : new ClusterUnavailableException(what, why);
        for (Command command = inFlight.poll(); command != null; command = inFlight.poll()) {
            if (command.isMessage()) {
                tally.unknown.increment();
            }
            command.failed(outage);
        }
        backlog.down(outage);
        if (!connector.isClosed()) {
            breaks.warn(
                    "the connection to Redis " + name + " broke",
                    why == null ? "Redis closed it" : Connector.describe(why));
        }
        events.publisherChanged();
    }

    /**
     * What has waited for Redis is of use only to those who listen. So while this process itself does not yet, it waits on;
     * but what nobody here will ever hear may be heard elsewhere.
     */
    private void awaitListener(RedisConnection current) {
        long end = System.nanoTime() + backlog.patience();
        while (!closing && !current.isBroken() && !events.isHeard(name)) {
            long rest = end - System.nanoTime();
            if (rest <= 0) {
                return;
            }
            LockSupport.parkNanos(this, rest);
        }
    }

    /**
     * Nor is it of use before the other nodes listen again. Their number is only known from messages: so the oldest ones go
     * ahead, one at a time, until one is heard by as many as before the outage, or whoever still is there must be back.
     */
    private void awaitAudience(RedisConnection current) {
        long end = System.nanoTime() + Math.min(backlog.patience(), Backoff.LONGEST.toNanos());
        while (!closing && !current.isBroken() && System.nanoTime() - end < 0) {
            backlog.dropOld();
            progress = System.nanoTime();
            Command feeler = backlog.moveTo(inFlight);
            if (feeler == null) {
                return;
            }
            felt = Long.MAX_VALUE;
            current.write(feeler.arguments());
            current.flush();
            CompletableFuture<String> unused =
                    feeler.sent().whenComplete((offset, failure) -> LockSupport.unpark(writer));
            while (!connector.isClosed()
                    && !current.isBroken()
                    && !feeler.sent().isDone()) {
                LockSupport.parkNanos(this, FEEL_NANOS);
            }
            if (!audience.isMissed(feeler.destination().channel(), felt)) {
                return;
            }
            LockSupport.parkNanos(this, FEEL_NANOS);
        }
    }

    private void write(RedisConnection current) {
        while (!current.isBroken() && !connector.isClosed()) {
            if (putInto(current) > 0) {
                current.flush();
            } else {
                backlog.rest();
            }
        }
    }

    /** Writes what waits, but not too much before it is sent; returns how many commands that were. */
    private int putInto(RedisConnection current) {
        int written = 0;
        while (written < BATCH) {
            if (inFlight.isEmpty() && !backlog.isEmpty()) {
                progress = System.nanoTime();
            }
            Command command = backlog.moveTo(inFlight);
            if (command == null) {
                break;
            }
            current.write(command.arguments());
            written++;
        }
        return written;
    }

    private void read(RedisConnection current) {
        try {
            while (true) {
                Object answer = answer(current);
                progress = System.nanoTime();
                Command command = inFlight.poll();
                if (command == null) {
                    throw new JedisException("Redis sent an answer, though no command waited for one");
                }
                settle(command, answer);
            }
        } catch (JedisException broken) {
            LOG.debug("the connection to Redis {} broke", name, broken);
        } finally {
            current.cut();
            backlog.wake(writer);
        }
    }

    private static Object answer(RedisConnection current) {
        try {
            return current.read();
        } catch (JedisDataException error) {
            return error;
        }
    }

    private void settle(Command command, Object answer) {
        if (answer instanceof JedisDataException error) {
            if (command.isMessage()) {
                tally.refused.increment();
                if (!(error instanceof JedisRedirectionException)) {
                    settledAs(true);
                }
            }
            refusals.warn("Redis " + name + " refused a command", Connector.describe(error));
            command.failed(new ClusterUnavailableException("Redis " + name + " refused it", error));
            events.refused(command, error);
            return;
        }
        if (command.isMessage()) {
            tally.published.increment();
            settledAs(false);
            if (answer instanceof Long receivers) {
                if (up) {
                    audience.heard(command.destination().channel(), receivers);
                } else {
                    felt = receivers;
                }
                events.published(command, receivers);
            }
        }
        command.answered(answer);
    }

    private void settledAs(boolean refused) {
        if (this.refused != refused) {
            this.refused = refused;
            events.publisherChanged();
        }
    }

    private static void joinUninterruptibly(Thread thread) {
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

    @Override
    public String toString() {
        return "Publisher[" + name + "]";
    }
}
