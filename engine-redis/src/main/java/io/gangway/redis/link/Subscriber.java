package io.gangway.redis.link;

import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.redis.wire.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Subscribes to channels and patterns of one Redis node over one connection. When the connection breaks it
 * reconnects, and subscribes to all of them again. A thread of its own reads. {@link #subscribe}, {@link
 * #unsubscribe} and {@link #ping} write, and so may wait for Redis: they are for one other thread. All other methods
 * are thread-safe.
 */
final class Subscriber implements Connector.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);

    private final String name;
    private final Listener listener;
    private final Heartbeat heartbeat;
    private final Connector connector;

    private final Subscriptions subscriptions = new Subscriptions();
    /** Guards {@link #subscriptions}, and writing to the connection. */
    private final Object writing = new Object();

    private final PubSubProtocol.Handler replies = new Replies();
    private volatile @Nullable RedisConnection connection;
    private volatile boolean up;
    /** Ends the current batch; null between batches. Confined to the reader. */
    private @Nullable Runnable endOfBatch;

    /** Called on the subscriber's own thread, which must not be blocked. */
    interface Listener {
        /** {@link #isUp} may have changed. */
        void subscriberChanged(String node);

        /**
         * Several messages may follow that have arrived together.
         *
         * @return ends the batch
         */
        Runnable beginBatch();

        /**
         * A message arrived.
         *
         * @param subscription over which it came, so with a pattern not its channel
         */
        void message(Subscription subscription, String channel, byte[] body);

        /** Another node serves the sharded channel now. */
        void moved(Subscription subscription);
    }

    Subscriber(
            String name,
            Supplier<RedisConnection> connections,
            Duration pingInterval,
            Counters counters,
            Listener listener) {
        this.name = name;
        this.listener = listener;
        this.heartbeat = new Heartbeat(pingInterval);
        this.connector = new Connector(
                "gangway-redis-subscriber-" + name,
                "cannot subscribe at Redis " + name + ", retrying",
                connections,
                counters.subscriberReconnects,
                this);
    }

    void start() {
        connector.start();
    }

    // ---- subscriptions

    /**
     * Subscribes, now or as soon as there is a connection, and again after each reconnect.
     *
     * @param countsNodes whether other nodes count this one by the subscription, so that it must be the last to be made
     * @return completes once Redis has confirmed the subscription
     */
    CompletionStage<Void> subscribe(Subscription subscription, boolean countsNodes) {
        synchronized (writing) {
            CompletableFuture<Void> confirmation = subscriptions.add(subscription, countsNodes);
            RedisConnection current = connection;
            if (current != null && subscriptions.isUnrequested(subscription)) {
                request(current, subscription);
                flush(current);
            }
            return confirmation;
        }
    }

    /** Completes once Redis has confirmed the subscription, or at once if there is none. */
    CompletableFuture<Void> confirmation(Subscription subscription) {
        synchronized (writing) {
            return subscriptions.confirmation(subscription);
        }
    }

    /**
     * Unsubscribes.
     *
     * @return completes once Redis has confirmed that, or the connection is gone
     */
    CompletionStage<Void> unsubscribe(Subscription subscription) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (writing) {
            boolean requested = subscriptions.remove(subscription);
            RedisConnection current = connection;
            if (current == null || !requested) {
                done.complete(null);
            } else {
                subscriptions.unsubscribeSent(subscription, done);
                write(current, PubSubProtocol.unsubscribe(subscription));
                flush(current);
            }
            up |= isComplete();
        }
        return done;
    }

    /** Whether Redis has confirmed the subscription before a time of {@link System#nanoTime}. */
    boolean isConfirmed(Subscription subscription, long before) {
        synchronized (writing) {
            return subscriptions.isConfirmed(subscription, before);
        }
    }

    /** Whether the subscriber is connected, and Redis has confirmed all subscriptions it had when it connected. */
    boolean isUp() {
        return up;
    }

    // ---- health of the connection

    /** Sends a ping, if one is due. */
    void ping() {
        RedisConnection current = connection;
        if (current == null || !heartbeat.isPingDue()) {
            return;
        }
        synchronized (writing) {
            if (connection == current) {
                heartbeat.pingSent();
                subscriptions.pingSent();
                write(current, new CommandArguments(Protocol.Command.PING));
                flush(current);
            }
        }
    }

    /** Ends a connection over which nothing arrives; to be called a few times in each ping interval. */
    void watch() {
        RedisConnection current = connection;
        if (current != null && !current.isBroken() && heartbeat.isDead()) {
            LOG.warn(
                    "Redis {} has sent nothing, not even replies to pings, for {} ms; reconnecting the subscriber",
                    name,
                    heartbeat.silence().toMillis());
            current.cut();
        }
    }

    /** How far reading is behind. */
    Duration lag() {
        return heartbeat.lag();
    }

    /** Ends the connection; the subscriber reconnects at once. */
    void cut() {
        connector.cut();
    }

    /** Another connection has reached the node: no need to wait to try again. */
    void retrySoon() {
        connector.retrySoon();
    }

    /** Closes the connection for good. */
    void close() {
        connector.close();
        List<CompletableFuture<Void>> unconfirmed;
        synchronized (writing) {
            unconfirmed = subscriptions.clear();
            up = false;
        }
        var why = new ClusterUnavailableException("the cluster is closed");
        unconfirmed.forEach(confirmation -> confirmation.completeExceptionally(why));
    }

    void join(long millis) throws InterruptedException {
        connector.join(millis);
    }

    // ---- the reader

    @Override
    public void connected(RedisConnection current) {
        current.beforeWaiting(this::endBatch);
        try {
            subscribeToAll(current);
            while (!connector.isClosed()) {
                try {
                    heartbeat.waiting();
                    Object received = current.read();
                    heartbeat.received();
                    receive(received);
                } catch (JedisDataException error) {
                    heartbeat.received();
                    refused(error);
                }
            }
        } finally {
            endBatch();
            disconnected(current);
        }
    }

    @Override
    public void failed(JedisException why) {
        LOG.debug("the subscriber's connection to Redis {} broke", name, why);
    }

    @Override
    public void ended() {
        LOG.debug("the subscriber at Redis {} has ended", name);
    }

    private void refused(JedisDataException error) {
        Subscription subscription = repliedTo();
        if (subscription == null || !Topology.isMoved(error)) {
            throw new JedisException("Redis " + name + " refused "
                    + (subscription == null ? "a PING" : "the subscription to " + subscription.channel()) + ": "
                    + error.getMessage());
        }
        lost(subscription);
    }

    private void subscribeToAll(RedisConnection current) {
        synchronized (writing) {
            heartbeat.begin();
            connection = current;
            subscriptions.inOrder().forEach(subscription -> request(current, subscription));
            current.flush();
            up = isComplete();
        }
        listener.subscriberChanged(name);
    }

    private void disconnected(RedisConnection current) {
        current.cut();
        List<CompletableFuture<Void>> unanswered;
        synchronized (writing) {
            connection = null;
            up = false;
            heartbeat.end();
            unanswered = subscriptions.disconnected();
        }
        unanswered.forEach(done -> done.complete(null));
        listener.subscriberChanged(name);
    }

    private void receive(Object received) {
        if (endOfBatch == null && received instanceof List<?>) {
            endOfBatch = listener.beginBatch();
        }
        PubSubProtocol.dispatch(received, replies);
    }

    /** Everything that had arrived is handled; the thread is about to wait for more. */
    private void endBatch() {
        Runnable end = endOfBatch;
        if (end != null) {
            endOfBatch = null;
            end.run();
        }
    }

    private final class Replies implements PubSubProtocol.Handler {
        @Override
        public void message(Subscription subscription, String channel, byte[] body) {
            listener.message(subscription, channel, body);
        }

        @Override
        public void subscribed(Subscription subscription) {
            CompletableFuture<Void> confirmation;
            boolean changed = false;
            synchronized (writing) {
                confirmation = subscriptions.confirm(subscription);
                if (confirmation != null) {
                    changed = !up && isComplete();
                    up |= changed;
                }
            }
            if (confirmation != null) {
                confirmation.complete(null);
            }
            if (changed) {
                listener.subscriberChanged(name);
            }
        }

        @Override
        public void unsubscribed(Subscription subscription) {
            CompletableFuture<Void> done;
            synchronized (writing) {
                done = subscriptions.unsubscribed(subscription);
            }
            if (done != null) {
                done.complete(null);
            } else {
                lost(subscription); // Redis unsubscribes by itself from a sharded channel that moves to another node
            }
        }

        @Override
        public void pong() {
            repliedTo();
            heartbeat.pong();
        }
    }

    private void lost(Subscription subscription) {
        synchronized (writing) {
            if (subscriptions.contains(subscription)) {
                subscriptions.lose(subscription);
                up = false;
            }
        }
        listener.moved(subscription);
        listener.subscriberChanged(name);
    }

    private @Nullable Subscription repliedTo() {
        synchronized (writing) {
            return subscriptions.replied();
        }
    }

    /** Like the methods below, to be called while holding {@link #writing}. */
    private boolean isComplete() {
        return connection != null && subscriptions.areConfirmed();
    }

    private void request(RedisConnection current, Subscription subscription) {
        subscriptions.subscribeSent(subscription);
        write(current, PubSubProtocol.subscribe(subscription));
    }

    private void write(RedisConnection current, CommandArguments command) {
        try {
            current.write(command);
        } catch (JedisException broken) {
            LOG.debug("the subscriber's connection to Redis {} broke", name, broken);
            current.cut(); // the reader notices, and reconnects
        }
    }

    private void flush(RedisConnection current) {
        try {
            current.flush();
        } catch (JedisException broken) {
            LOG.debug("the subscriber's connection to Redis {} broke", name, broken);
            current.cut();
        }
    }
}
