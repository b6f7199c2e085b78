package io.gangway.redis;

import io.gangway.cluster.ClusterUnavailableException;
import java.time.Duration;
import java.util.Arrays;
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
 * Listens to channels and patterns of one Redis node, over one connection, which it makes again whenever it breaks and has
 * subscribe to all that is wanted. A thread of its own reads. {@link #want}, {@link #unwant} and {@link #ping} write, and so
 * may wait for Redis: they are for one other thread; the rest is thread-safe.
 */
final class Subscriber implements Connector.User {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);
    private static final byte[] MESSAGE = "message".getBytes(Protocol.CHARSET);
    private static final byte[] PATTERN_MESSAGE = "pmessage".getBytes(Protocol.CHARSET);
    private static final byte[] SHARDED_MESSAGE = "smessage".getBytes(Protocol.CHARSET);

    private final String name;
    private final Events events;
    private final Pulse pulse;
    private final Connector connector;

    private final Subscriptions subscriptions = new Subscriptions();
    /** Guards the above, and writing. */
    private final Object writing = new Object();

    private volatile @Nullable RedisConnection connection;
    private volatile boolean up;
    /** Ends the batch that is under way. Confined to the reader. */
    private @Nullable Runnable endOfBatch;

    /** What a subscriber tells, on its own thread, which is not to be held up. */
    interface Events {
        /** It hears all of that node that it is to hear, or does not any more. */
        void subscriberChanged(String node);

        /**
         * Messages follow that have come together.
         *
         * @return ends that
         */
        Runnable beginBatch();

        /**
         * Something came.
         *
         * @param subscription what was subscribed to, so with a pattern not the channel
         */
        void message(Subscription subscription, String channel, byte[] body);

        /** Another node has the sharded channel now. */
        void moved(Subscription subscription);
    }

    Subscriber(String name, Supplier<RedisConnection> connections, Duration pingInterval, Tally tally, Events events) {
        this.name = name;
        this.events = events;
        this.pulse = new Pulse(pingInterval);
        this.connector = new Connector(
                "gangway-redis-reader-" + name,
                "no connection to Redis " + name,
                connections,
                tally.subscriberReconnects,
                this);
    }

    void start() {
        connector.start();
    }

    // ---- what is to be heard

    /**
     * Listens to it from now on.
     *
     * @param countsNodes whether whoever listens to it has to be able to answer, so that it is subscribed to last
     * @return completes once Redis confirms it, now or after an outage
     */
    CompletionStage<Void> want(Subscription subscription, boolean countsNodes) {
        synchronized (writing) {
            CompletableFuture<Void> hearing = subscriptions.want(subscription, countsNodes);
            RedisConnection current = connection;
            if (current != null && subscriptions.isToAsk(subscription)) {
                ask(current, subscription);
                flush(current);
            }
            return hearing;
        }
    }

    /** Completes once Redis confirms it, or at once if it is not wanted. */
    CompletableFuture<Void> hearing(Subscription subscription) {
        synchronized (writing) {
            return subscriptions.hearing(subscription);
        }
    }

    /**
     * Does not listen to it any more.
     *
     * @return completes once Redis confirms it, or the connection is gone
     */
    CompletionStage<Void> unwant(Subscription subscription) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (writing) {
            boolean toBeTold = subscriptions.unwant(subscription);
            RedisConnection current = connection;
            if (current == null || !toBeTold) {
                done.complete(null);
            } else {
                subscriptions.giving(subscription, done);
                write(current, unsubscribe(subscription.kind()), subscription.channel());
                flush(current);
            }
            up |= isComplete();
        }
        return done;
    }

    /** Whether Redis has confirmed, before that time of {@link System#nanoTime}, that it is listened to. */
    boolean hears(Subscription subscription, long since) {
        synchronized (writing) {
            return subscriptions.isConfirmed(subscription, since);
        }
    }

    /** Whether there is a connection, and Redis has confirmed all that was wanted when it was made. */
    boolean isUp() {
        return up;
    }

    // ---- signs of life

    /** Asks for a sign of life, if it is time. */
    void ping() {
        RedisConnection current = connection;
        if (current == null || !pulse.isPingDue()) {
            return;
        }
        synchronized (writing) {
            if (connection == current) {
                pulse.pinging();
                subscriptions.pinging();
                write(current, Protocol.Command.PING);
                flush(current);
            }
        }
    }

    /** To be called a few times in each ping interval: ends a connection over which nothing comes. */
    void watch() {
        RedisConnection current = connection;
        if (current != null && !current.isBroken() && pulse.isOver()) {
            LOG.warn(
                    "nothing has come from Redis {} for {} ms; connecting again",
                    name,
                    pulse.silence().toMillis());
            current.cut();
        }
    }

    /** How far reading is behind. */
    Duration lag() {
        return pulse.lag();
    }

    /** Ends the connection; another one is made at once. */
    void cut() {
        RedisConnection current = connection;
        if (current != null) {
            current.cut();
        }
    }

    /** Redis is there, as another connection knows. */
    void hurry() {
        connector.hurry();
    }

    /** Ends, for good. */
    void close() {
        connector.close();
        cut();
        List<CompletableFuture<Void>> left;
        synchronized (writing) {
            left = subscriptions.clear();
            up = false;
        }
        var why = new ClusterUnavailableException("the cluster is closed");
        left.forEach(hearing -> hearing.completeExceptionally(why));
    }

    void join(long millis) throws InterruptedException {
        connector.join(millis);
    }

    // ---- the reader

    @Override
    public void use(RedisConnection current) {
        current.beforeWaiting(this::endBatch);
        try {
            subscribeToAll(current);
            while (!connector.isClosed()) {
                try {
                    pulse.waitsFromNow();
                    Object said = current.read();
                    pulse.heard();
                    hear(said);
                } catch (JedisDataException error) {
                    pulse.heard();
                    refused(error);
                }
            }
        } finally {
            endBatch();
            forget(current);
        }
    }

    @Override
    public void failed(JedisException why) {
        LOG.debug("the connection to Redis {} broke", name, why);
    }

    @Override
    public void ended() {
        LOG.debug("Redis {} is not listened to any more", name);
    }

    private void refused(JedisDataException error) {
        Subscription subscription = answered();
        if (subscription == null || !Topology.isMoved(error)) {
            throw new JedisException("Redis " + name + " refused "
                    + (subscription == null ? "a ping" : "to subscribe to " + subscription.channel()) + ": "
                    + error.getMessage());
        }
        lost(subscription);
    }

    private void subscribeToAll(RedisConnection current) {
        synchronized (writing) {
            pulse.begin();
            connection = current;
            if (connector.isClosed()) {
                current.cut();
            }
            subscriptions.inOrder().forEach(subscription -> ask(current, subscription));
            current.flush();
            up = isComplete();
        }
        events.subscriberChanged(name);
    }

    private void forget(RedisConnection current) {
        current.cut();
        List<CompletableFuture<Void>> unanswered;
        synchronized (writing) {
            connection = null;
            up = false;
            pulse.end();
            unanswered = subscriptions.disconnect();
        }
        unanswered.forEach(done -> done.complete(null));
        events.subscriberChanged(name);
    }

    private void hear(Object said) {
        if (!(said instanceof List<?> parts) || parts.isEmpty() || !(parts.get(0) instanceof byte[] type)) {
            pong(); // before the first subscription and after the last, a PONG is not a list
            return;
        }
        if (endOfBatch == null) {
            endOfBatch = events.beginBatch();
        }
        if (Arrays.equals(type, MESSAGE)) {
            String channel = text(parts.get(1));
            events.message(new Subscription(Subscription.Kind.CHANNEL, channel), channel, (byte[]) parts.get(2));
        } else if (Arrays.equals(type, PATTERN_MESSAGE)) {
            events.message(new Subscription(Subscription.Kind.PATTERN, text(parts.get(1))), text(parts.get(2)), (byte[])
                    parts.get(3));
        } else if (Arrays.equals(type, SHARDED_MESSAGE)) {
            String channel = text(parts.get(1));
            events.message(new Subscription(Subscription.Kind.SHARDED, channel), channel, (byte[]) parts.get(2));
        } else {
            answer(text(type), parts);
        }
    }

    /** Whatever has come is heard, and the next will have to be waited for. */
    private void endBatch() {
        Runnable end = endOfBatch;
        if (end != null) {
            endOfBatch = null;
            end.run();
        }
    }

    private void answer(String type, List<?> parts) {
        switch (type) {
            case "subscribe" -> confirmed(new Subscription(Subscription.Kind.CHANNEL, text(parts.get(1))));
            case "psubscribe" -> confirmed(new Subscription(Subscription.Kind.PATTERN, text(parts.get(1))));
            case "ssubscribe" -> confirmed(new Subscription(Subscription.Kind.SHARDED, text(parts.get(1))));
            case "unsubscribe" -> ended(new Subscription(Subscription.Kind.CHANNEL, text(parts.get(1))));
            case "punsubscribe" -> ended(new Subscription(Subscription.Kind.PATTERN, text(parts.get(1))));
            case "sunsubscribe" -> ended(new Subscription(Subscription.Kind.SHARDED, text(parts.get(1))));
            case "pong" -> pong();
            default -> LOG.debug("Redis {} says {}", name, type);
        }
    }

    private void pong() {
        answered();
        pulse.pong();
    }

    private void confirmed(Subscription subscription) {
        CompletableFuture<Void> hearing;
        boolean changed = false;
        synchronized (writing) {
            hearing = subscriptions.confirm(subscription);
            if (hearing != null) {
                changed = !up && isComplete();
                up |= changed;
            }
        }
        if (hearing != null) {
            hearing.complete(null);
        }
        if (changed) {
            events.subscriberChanged(name);
        }
    }

    private void ended(Subscription subscription) {
        CompletableFuture<Void> done;
        synchronized (writing) {
            done = subscriptions.end(subscription);
        }
        if (done != null) {
            done.complete(null);
        } else {
            lost(subscription); // Redis gives up a sharded channel whose slot goes to another node
        }
    }

    private void lost(Subscription subscription) {
        synchronized (writing) {
            if (subscriptions.isWanted(subscription)) {
                subscriptions.lose(subscription);
                up = false;
            }
        }
        events.moved(subscription);
        events.subscriberChanged(name);
    }

    private @Nullable Subscription answered() {
        synchronized (writing) {
            return subscriptions.answered();
        }
    }

    /** To be called with the lock, like the ones below. */
    private boolean isComplete() {
        return connection != null && subscriptions.areConfirmed();
    }

    private void ask(RedisConnection current, Subscription subscription) {
        subscriptions.asking(subscription);
        write(current, subscribe(subscription.kind()), subscription.channel());
    }

    private void write(RedisConnection current, Protocol.Command verb, String... arguments) {
        CommandArguments command = new CommandArguments(verb);
        for (String argument : arguments) {
            command.add(argument);
        }
        try {
            current.write(command);
        } catch (JedisException broken) {
            LOG.debug("the connection to Redis {} broke", name, broken);
            current.cut(); // its reader sees that, and makes another
        }
    }

    private void flush(RedisConnection current) {
        try {
            current.flush();
        } catch (JedisException broken) {
            LOG.debug("the connection to Redis {} broke", name, broken);
            current.cut();
        }
    }

    private static Protocol.Command subscribe(Subscription.Kind kind) {
        return switch (kind) {
            case CHANNEL -> Protocol.Command.SUBSCRIBE;
            case PATTERN -> Protocol.Command.PSUBSCRIBE;
            case SHARDED -> Protocol.Command.SSUBSCRIBE;
            case STREAM -> throw new IllegalArgumentException("a stream is read, not subscribed to");
        };
    }

    private static Protocol.Command unsubscribe(Subscription.Kind kind) {
        return switch (kind) {
            case CHANNEL -> Protocol.Command.UNSUBSCRIBE;
            case PATTERN -> Protocol.Command.PUNSUBSCRIBE;
            case SHARDED -> Protocol.Command.SUNSUBSCRIBE;
            case STREAM -> throw new IllegalArgumentException("a stream is read, not subscribed to");
        };
    }

    private static String text(Object part) {
        return new String((byte[]) part, Protocol.CHARSET);
    }
}
