package io.gangway.redis.link;

import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.redis.wire.Subscription;
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
 * Writes commands to one Redis node over one connection, and reconnects when it breaks. One thread writes all queued
 * commands in one go, another reads the replies meanwhile; {@link #send} waits for neither. Thread-safe.
 *
 * <p>A command is written once. If the connection breaks before the reply, it is not known whether Redis has executed
 * it.
 */
final class Publisher implements Connector.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    /** How many commands are written in one go. */
    private static final int BATCH = 512;
    /** Interval between probes after a reconnect. */
    private static final long PROBE_NANOS = Duration.ofMillis(25).toNanos();

    private final String name;
    private final Duration pingInterval;
    private final Counters counters;
    private final Listener listener;
    private final Backlog backlog;
    private final Queue<Command> inFlight = new ConcurrentLinkedQueue<>();
    private final ReceiverCounts receiverCounts = new ReceiverCounts();
    private final RateLimitedLog refusals = new RateLimitedLog(LOG);
    private final RateLimitedLog breaks = new RateLimitedLog(LOG);
    private final Connector connector;
    private final Thread writer;

    private volatile @Nullable RedisConnection connection;
    /** Whether commands are written as they come: connected, and done with probing. */
    private volatile boolean up;
    /** How many connections received the last probe. */
    private volatile long probeReceivers;

    /** Whether Redis refused the last message. */
    private volatile boolean refused;

    private volatile boolean closing;
    /** Whether the first attempt to connect has ended, well or badly. */
    private volatile boolean tried;

    /** When the oldest command in flight was written, or the last reply arrived, whichever was later. */
    private volatile long progress;

    /** Called on the publisher's own threads, which must not be blocked. */
    interface Listener {
        /** {@link #isUp} or {@link #isRefused} may have changed. */
        void publisherChanged();

        /** The publisher has reached the node, so other connections can too. */
        void publisherConnected(String node);

        /** Whether Redis has confirmed all subscriptions of this process at the node; queued messages wait for that. */
        boolean isSubscribed(String node);

        /** Redis has accepted a message, and delivered it to so many connections. */
        void published(Command message, long receivers);

        /** Redis has replied with an error. */
        void refused(Command command, JedisDataException why);
    }

    Publisher(
            String name,
            Supplier<RedisConnection> connections,
            Backlog backlog,
            Duration pingInterval,
            Counters counters,
            Listener listener) {
        this.name = name;
        this.backlog = backlog;
        this.pingInterval = pingInterval;
        this.counters = counters;
        this.listener = listener;
        this.connector = new Connector(
                "gangway-redis-publisher-" + name,
                "cannot publish to Redis " + name + ", retrying",
                connections,
                counters.publisherReconnects,
                this);
        this.writer = connector.thread();
    }

    void start() {
        connector.start();
    }

    /** Sends a command as soon as possible, or fails it; never blocks. */
    void send(Command command) {
        backlog.add(command);
    }

    /** Whether commands are written as they come. */
    boolean isUp() {
        return up && isConnected();
    }

    /** Whether Redis refused the last message over this connection, and not because another node serves its channel. */
    boolean isRefused() {
        return refused;
    }

    private boolean isConnected() {
        RedisConnection current = connection;
        return current != null && !current.isBroken();
    }

    /** How many commands are queued, or await a reply. */
    int pending() {
        return backlog.size() + inFlight.size();
    }

    /** Takes all queued commands, in order, for another publisher to send. */
    List<Command> takeQueued() {
        return backlog.takeAll();
    }

    /** Pings a silent connection and ends a dead one; to be called a few times in each ping interval. */
    void watch() {
        RedisConnection current = connection;
        if (current == null || current.isBroken()) {
            return;
        }
        boolean idle = inFlight.isEmpty(); // before the time: a command that is just being sent counts from now
        long silence = System.nanoTime() - progress;
        if (!idle && silence > 2 * pingInterval.toNanos()) {
            LOG.warn(
                    "Redis {} has not replied to a command for {} ms; reconnecting the publisher",
                    name,
                    silence / 1_000_000);
            cut();
        } else if (idle && silence > pingInterval.toNanos()) {
            send(Command.query(Subscription.Kind.CHANNEL, "", Protocol.Command.PING));
        }
    }

    /** Ends the connection; the publisher reconnects at once. */
    void cut() {
        connector.cut();
        backlog.wake(writer);
    }

    /** Another connection has reached the node: no need to wait to try again. */
    void retrySoon() {
        connector.retrySoon();
    }

    /**
     * Sends what is queued, also before the first connection is made, for at most so long; then closes the
     * connection.
     */
    void close(Duration flush) {
        closing = true;
        backlog.close();
        LockSupport.unpark(writer);
        long deadline = System.nanoTime() + flush.toNanos();
        while ((isConnected() || !tried) && pending() > 0 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        connector.close();
        backlog.wake(writer);
    }

    /** Waits until its threads have ended. */
    void join(long millis) throws InterruptedException {
        connector.join(millis);
    }

    @Override
    public void failed(JedisException unreachable) {
        tried = true;
        backlog.down(new ClusterUnavailableException("cannot publish: Redis " + name + " is unreachable", unreachable));
        backlog.dropOld();
    }

    @Override
    public void ended() {
        backlog.dropAll();
    }

    @Override
    public void connected(RedisConnection current) {
        progress = System.nanoTime();
        refused = false;
        connection = current;
        tried = true;
        Thread reader = new Thread(() -> read(current), "gangway-redis-replies-" + name);
        reader.setDaemon(true);
        reader.start();
        listener.publisherConnected(name);
        JedisException why = null;
        try {
            awaitSubscriber(current);
            awaitReceivers(current);
            backlog.up();
            up = true;
            listener.publisherChanged();
            write(current);
        } catch (JedisException broken) {
            why = broken;
        } finally {
            current.cut();
            Connector.joinUninterruptibly(reader);
            connection = null;
            up = false;
            disconnected(why);
        }
    }

    private void disconnected(@Nullable JedisException why) {
        String what = "the connection to Redis " + name + " broke";
        var outage = why == null ? new ClusterUnavailableException(what) : new ClusterUnavailableException(what, why);
        for (Command command = inFlight.poll(); command != null; command = inFlight.poll()) {
            if (command.isMessage()) {
                counters.unknown.increment();
            }
            command.failed(outage);
        }
        backlog.down(outage);
        if (!connector.isClosed()) {
            breaks.warn(
                    "the publisher's connection to Redis " + name + " broke, reconnecting",
                    why == null ? "the connection was closed" : RateLimitedLog.describe(why));
        }
        listener.publisherChanged();
    }

    /**
     * Queued messages wait until this process is subscribed again, since its peers lost their subscriptions too; but
     * not for longer, since other nodes may be subscribed although this one is not.
     */
    private void awaitSubscriber(RedisConnection current) {
        long end = System.nanoTime() + backlog.maxWait();
        while (!closing && !current.isBroken() && !listener.isSubscribed(name)) {
            long rest = end - System.nanoTime();
            if (rest <= 0) {
                return;
            }
            LockSupport.parkNanos(this, rest);
        }
    }

    /**
     * Queued messages wait until the other nodes are subscribed again. How many are is known only from Redis's reply
     * to a message: so the oldest ones are sent as probes, one at a time, until one has as many receivers as before
     * the outage, or until every node must have reconnected.
     */
    private void awaitReceivers(RedisConnection current) {
        long end = System.nanoTime() + Math.min(backlog.maxWait(), Backoff.LONGEST.toNanos());
        while (!closing && !current.isBroken() && System.nanoTime() - end < 0) {
            backlog.dropOld();
            progress = System.nanoTime();
            Command probe = backlog.moveTo(inFlight);
            if (probe == null) {
                return;
            }
            probeReceivers = Long.MAX_VALUE;
            current.write(probe.arguments());
            current.flush();
            CompletableFuture<String> unused =
                    probe.sent().whenComplete((offset, failure) -> LockSupport.unpark(writer));
            while (!connector.isClosed() && !current.isBroken() && !probe.sent().isDone()) {
                LockSupport.parkNanos(this, PROBE_NANOS);
            }
            if (!receiverCounts.isFewer(probe.destination().channel(), probeReceivers)) {
                return;
            }
            LockSupport.parkNanos(this, PROBE_NANOS);
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

    /** Puts queued commands into the connection's buffer, one batch at most; returns how many. */
    private int putInto(RedisConnection current) {
        int written = 0;
        while (written < BATCH) {
            if (inFlight.isEmpty()) {
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
                Object reply = reply(current);
                progress = System.nanoTime();
                Command command = inFlight.poll();
                if (command == null) {
                    throw new JedisException("Redis " + name + " sent a reply, but no command awaits one");
                }
                settle(command, reply);
            }
        } catch (JedisException broken) {
            LOG.debug("the publisher's connection to Redis {} broke", name, broken);
        } finally {
            current.cut();
            backlog.wake(writer);
        }
    }

    private static Object reply(RedisConnection current) {
        try {
            return current.read();
        } catch (JedisDataException error) {
            return error;
        }
    }

    private void settle(Command command, Object reply) {
        if (reply instanceof JedisDataException error) {
            if (command.isMessage()) {
                counters.refused.increment();
                if (!(error instanceof JedisRedirectionException)) {
                    settledAs(true);
                }
            }
            refusals.warn("Redis " + name + " refused the command " + command.verb(), RateLimitedLog.describe(error));
            command.failed(
                    new ClusterUnavailableException("Redis " + name + " refused the command " + command.verb(), error));
            listener.refused(command, error);
            return;
        }
        if (command.isMessage()) {
            counters.published.increment();
            settledAs(false);
            if (reply instanceof Long receivers) {
                if (up) {
                    receiverCounts.put(command.destination().channel(), receivers);
                } else {
                    probeReceivers = receivers;
                }
                listener.published(command, receivers);
            }
        }
        command.replied(reply);
    }

    private void settledAs(boolean refused) {
        if (this.refused != refused) {
            this.refused = refused;
            listener.publisherChanged();
        }
    }

    @Override
    public String toString() {
        return "Publisher[" + name + "]";
    }
}
