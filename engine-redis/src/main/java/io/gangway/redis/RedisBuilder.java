package io.gangway.redis;

import io.gangway.redis.link.ConnectionFactory;
import io.gangway.redis.link.Ranges;
import io.gangway.redis.link.RedisConnection;
import io.gangway.redis.link.RedisEndpoint;
import io.gangway.redis.wire.ClassicFormat;
import io.gangway.redis.wire.ShardedFormat;
import io.gangway.redis.wire.StreamsFormat;
import io.gangway.redis.wire.WireFormat;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;

/**
 * The choices that a {@link RedisCluster} and a {@link RedisEmitter} have in common. Not thread-safe.
 *
 * @param <B> the builder itself
 */
public abstract class RedisBuilder<B extends RedisBuilder<B>> {
    private final RedisEndpoint endpoint;
    private RedisMode mode = RedisMode.CLASSIC;
    private String key = "socket.io";
    private SubscriptionMode subscriptionMode = SubscriptionMode.DYNAMIC;
    private final StreamsChoices streams = new StreamsChoices();
    private int offlineMessages = 4_096;
    private Duration offlineAge = Duration.ofSeconds(2);
    private Consumer<DefaultJedisClientConfig.Builder> jedis = config -> {};
    /** The last choice that was made for one mode only, by that mode. */
    private final Map<RedisMode, String> choices = new EnumMap<>(RedisMode.class);

    RedisBuilder(RedisEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    abstract B self();

    /**
     * The user and the password for Redis, instead of those in its URL; an empty user is the default one.
     *
     * @param user the user's name in Redis
     * @param password the password
     * @return this builder
     */
    public B credentials(String user, String password) {
        return jedis(config -> config.user(user.isEmpty() ? null : user).password(password));
    }

    /**
     * The Redis transport; identical on all nodes. The default is {@link RedisMode#CLASSIC}.
     *
     * @param mode the mode of the cluster's other nodes
     * @return this builder
     */
    public B mode(RedisMode mode) {
        this.mode = Objects.requireNonNull(mode, "mode");
        return self();
    }

    /**
     * The prefix of the names of all channels, which the Node.js adapters call {@code key} or {@code channelPrefix}:
     * identical on all nodes, and different for each cluster on the same Redis. The default is {@code socket.io}.
     *
     * @param key the prefix
     * @return this builder
     * @throws IllegalArgumentException if the key is empty
     */
    public B key(String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("the key is empty; the default is \"socket.io\"");
        }
        this.key = key;
        return self();
    }

    /**
     * Which rooms have a channel of their own, in {@link RedisMode#SHARDED}. The default is {@code DYNAMIC}.
     *
     * @param subscriptionMode the mode of the cluster's other nodes
     * @return this builder
     */
    public B subscriptionMode(SubscriptionMode subscriptionMode) {
        this.subscriptionMode = Objects.requireNonNull(subscriptionMode, "subscriptionMode");
        return only(RedisMode.SHARDED, "subscriptionMode(" + subscriptionMode + ")");
    }

    /**
     * The names, the number and the length of the streams, in {@link RedisMode#STREAMS}.
     *
     * @param choices makes the choices
     * @return this builder
     */
    public B streams(Consumer<StreamsChoices> choices) {
        choices.accept(streams);
        return only(RedisMode.STREAMS, "streams(..)");
    }

    /** A choice that is for one mode only. */
    final B only(RedisMode mode, String choice) {
        choices.put(mode, choice);
        return self();
    }

    /**
     * How many messages are queued while Redis is unreachable, and for how long; of too many, the oldest are dropped.
     * Lossy broadcasts, and messages that request answers, are never queued. The default is 4,096 messages and 2 s.
     *
     * @param messages how many messages
     * @param age how long
     * @return this builder
     * @throws IllegalArgumentException if one is negative, or the age longer than 24 days
     */
    public B offlineBuffer(int messages, Duration age) {
        Ranges.atLeast(0, "offlineBuffer's messages", messages);
        offlineAge = Ranges.atLeast(Duration.ZERO, "offlineBuffer's age", age);
        offlineMessages = messages;
        return self();
    }

    /**
     * Further settings of Jedis's connections, such as a client name, credentials that change, or trust in a
     * certificate. The timeouts apply while connecting; the protocol is always RESP2.
     *
     * @param settings changes the settings
     * @return this builder
     */
    public B jedis(Consumer<DefaultJedisClientConfig.Builder> settings) {
        jedis = jedis.andThen(settings);
        return self();
    }

    /** @throws IllegalArgumentException if a choice was made for another mode */
    final void requireMatchingChoices() {
        choices.forEach((other, choice) -> {
            if (other != mode) {
                throw new IllegalArgumentException(choice + " is only for mode " + other + ", but the mode is " + mode
                        + "; leave it out, or choose mode(RedisMode." + other + ")");
            }
        });
    }

    /** The wire format of the mode. */
    final WireFormat.Factory formats(ClassicFormat.Broadcasts broadcasts, ClassicFormat.Answers answers) {
        return switch (mode) {
            case CLASSIC -> {
                var options = new ClassicFormat.Options(key, broadcasts, answers);
                yield (namespace, nodeId) -> new ClassicFormat(options, namespace, nodeId);
            }
            case SHARDED -> {
                var options =
                        new ShardedFormat.Options(key, ShardedFormat.RoomChannels.valueOf(subscriptionMode.name()));
                yield (namespace, nodeId) -> new ShardedFormat(options, namespace, nodeId);
            }
            case STREAMS -> {
                var options = streams.format(key);
                yield (namespace, nodeId) -> new StreamsFormat(options, namespace, nodeId);
            }
        };
    }

    /** @param conflictingChannels a pattern of channels that must have no subscribers; {@code ""} for none */
    final ConnectionFactory connections(Duration pingInterval, String conflictingChannels) {
        DefaultJedisClientConfig.Builder builder =
                endpoint.url().config().timeoutMillis(RedisConnection.TIMEOUT_MILLIS);
        jedis.accept(builder);
        JedisClientConfig config = RedisConnection.resp2(builder);
        return new ConnectionFactory(endpoint.topologies().topology(config, pingInterval), config, conflictingChannels);
    }

    /** The URL without credentials, for logs. */
    final String name() {
        return endpoint.url().toString();
    }

    /** The channels of classic servers with the same key, if this is streams mode and they are to be refused. */
    final String conflictingChannels() {
        return mode == RedisMode.STREAMS && !streams.isBesideClassic() ? ClassicFormat.requests(key) : "";
    }

    final StreamsChoices streams() {
        return streams;
    }

    final int offlineMessages() {
        return offlineMessages;
    }

    final Duration offlineAge() {
        return offlineAge;
    }
}
