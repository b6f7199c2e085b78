package io.gangway.redis;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;

/** Choices for a {@link RedisCluster}. Confined to its thread; what does not fit together is refused by {@link #connect}. */
public final class RedisClusterBuilder {
    /** Connecting, and each step of the introduction, may take so long. */
    static final int HANDSHAKE_MILLIS = 1_000;

    private final Place place;
    private RedisMode mode = RedisMode.PUBSUB;
    private String key = "socket.io";
    private BroadcastSubscription broadcasts = BroadcastSubscription.PATTERN;
    private ClassicFormat.Answers answers = ClassicFormat.Answers.SHARED;
    private SubscriptionMode rooms = SubscriptionMode.DYNAMIC;
    private final StreamsChoices streams = new StreamsChoices();
    private int offlineCount = 4_096;
    private Duration offlineAge = Duration.ofSeconds(2);
    private Duration pingInterval = Duration.ofSeconds(5);
    private Consumer<DefaultJedisClientConfig.Builder> jedis = config -> {};
    /** The modes that the choices made so far are for. */
    private final Set<RedisMode> fitting = EnumSet.allOf(RedisMode.class);

    private String lastChoice = "";

    RedisClusterBuilder(Place place) {
        this.place = place;
    }

    /**
     * The user and the password for Redis, instead of those of its URL.
     *
     * @param user the user's name in Redis
     * @param password the password
     * @return this builder
     */
    public RedisClusterBuilder credentials(String user, String password) {
        return jedis(config -> config.user(user.isEmpty() ? null : user).password(password));
    }

    /**
     * Over what of Redis the nodes talk: the same on all of them.
     *
     * @param mode the wire format of the cluster's other nodes
     * @return this builder
     */
    public RedisClusterBuilder mode(RedisMode mode) {
        this.mode = Objects.requireNonNull(mode, "mode");
        return this;
    }

    /**
     * What the names of all channels begin with, the Node.js adapters' {@code key} or {@code channelPrefix}: the same on all
     * nodes, and another for each cluster that shares the Redis. The default is {@code socket.io}.
     *
     * @param key the prefix of channels
     * @return this builder
     */
    public RedisClusterBuilder key(String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("the key is empty; the default is socket.io");
        }
        this.key = key;
        return this;
    }

    /**
     * How broadcasts to rooms are heard, in {@link RedisMode#PUBSUB}.
     *
     * @param broadcasts which channels are subscribed to
     * @return this builder
     */
    public RedisClusterBuilder subscriptions(BroadcastSubscription broadcasts) {
        this.broadcasts = Objects.requireNonNull(broadcasts, "broadcasts");
        return only(RedisMode.PUBSUB, "subscriptions(" + broadcasts + ")");
    }

    /**
     * Answers to the node that asked alone, not to all, in {@link RedisMode#PUBSUB}.
     *
     * @return this builder
     */
    public RedisClusterBuilder specificResponseChannel() {
        answers = ClassicFormat.Answers.SPECIFIC;
        return only(RedisMode.PUBSUB, "specificResponseChannel()");
    }

    /**
     * Which rooms have a channel of their own, in {@link RedisMode#SHARDED}.
     *
     * @param rooms the names of rooms
     * @return this builder
     */
    public RedisClusterBuilder subscriptionMode(SubscriptionMode rooms) {
        this.rooms = Objects.requireNonNull(rooms, "rooms");
        return only(RedisMode.SHARDED, "subscriptionMode(" + rooms + ")");
    }

    /**
     * Choices for {@link RedisMode#STREAMS}.
     *
     * @param choices sets them
     * @return this builder
     */
    public RedisClusterBuilder streams(Consumer<StreamsChoices> choices) {
        choices.accept(streams);
        return only(RedisMode.STREAMS, "streams(..)");
    }

    private RedisClusterBuilder only(RedisMode mode, String choice) {
        fitting.retainAll(EnumSet.of(mode));
        lastChoice = choice;
        return this;
    }

    /**
     * How many messages wait while there is no connection, and how old they get; the oldest goes first. Lossy broadcasts, and
     * what wants answers, never wait. The default is 4,096 and 2 s.
     *
     * @param messages how many messages, at the most
     * @param age how old, at the most
     * @return this builder
     * @throws IllegalArgumentException if one is negative, or the age longer than 24 days
     */
    public RedisClusterBuilder offlineBuffer(int messages, Duration age) {
        Ranges.atLeast(0, "offlineBuffer's messages", messages);
        offlineAge = Ranges.atLeast(Duration.ZERO, "offlineBuffer's age", age);
        offlineCount = messages;
        return this;
    }

    /**
     * How often a silent connection is asked for a sign of life; one over which nothing comes for twice that is made anew.
     * The default is 5 s.
     *
     * @param interval the time between pings
     * @return this builder
     * @throws IllegalArgumentException if it is shorter than 10 ms, or longer than 24 days
     */
    public RedisClusterBuilder pingInterval(Duration interval) {
        pingInterval = Ranges.atLeast(Duration.ofMillis(10), "pingInterval", interval);
        return this;
    }

    /**
     * Further choices for Jedis's connections: a client name, credentials that change, trust in a certificate. Its timeouts
     * are those of connecting, and its protocol stays RESP2.
     *
     * @param choices sets them
     * @return this builder
     */
    public RedisClusterBuilder jedis(Consumer<DefaultJedisClientConfig.Builder> choices) {
        jedis = jedis.andThen(choices);
        return this;
    }

    /**
     * Connects, in the background.
     *
     * @return the cluster
     * @throws IllegalArgumentException if the choices contradict each other
     */
    public RedisCluster connect() {
        if (!fitting.contains(mode)) {
            throw new IllegalArgumentException(lastChoice + " does not go with mode " + mode
                    + (fitting.isEmpty() ? ", nor with the other choices" : ", but with " + fitting));
        }
        return connect(formats());
    }

    private RedisSettings.Formats formats() {
        return formats(mode, key, broadcasts, answers, rooms, streams);
    }

    /** What a mode's messages look like, with the choices that concern it. */
    static RedisSettings.Formats formats(
            RedisMode mode,
            String key,
            BroadcastSubscription broadcasts,
            ClassicFormat.Answers answers,
            SubscriptionMode rooms,
            StreamsChoices streams) {
        return switch (mode) {
            case PUBSUB -> {
                var options = new ClassicFormat.Options(key, broadcasts, answers);
                yield (namespace, nodeId) -> new ClassicFormat(options, namespace, nodeId);
            }
            case SHARDED -> {
                var options = new ShardedFormat.Options(key, rooms);
                yield (namespace, nodeId) -> new ShardedFormat(options, namespace, nodeId);
            }
            case STREAMS -> {
                var options = streams.format(key);
                yield (namespace, nodeId) -> new StreamsFormat(options, namespace, nodeId);
            }
        };
    }

    RedisCluster connect(RedisSettings.Formats formats) {
        DefaultJedisClientConfig.Builder builder = place.url().config().timeoutMillis(HANDSHAKE_MILLIS);
        jedis.accept(builder);
        JedisClientConfig config = RedisConnection.resp2(builder);
        RedisSettings settings = new RedisSettings(
                place.url().toString(),
                formats,
                mode == RedisMode.STREAMS && !streams.isBesideClassic() ? ClassicFormat.requests(key) : "",
                config,
                offlineCount,
                offlineAge,
                pingInterval,
                streams.maxLen(),
                streams.readCount(),
                streams.block());
        return new RedisCluster(settings, place.maker().topology(config, pingInterval)).start();
    }
}
