package io.gangway.redis;

import com.google.gson.Gson;
import io.gangway.EventWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;

/** Choices for a {@link RedisEmitter}; those about the wire have to be the servers'. Confined to its thread. */
public final class RedisEmitterBuilder {
    private final Place place;
    private @Nullable EventWriter writer;
    private RedisMode mode = RedisMode.PUBSUB;
    private String key = "socket.io";
    private SubscriptionMode rooms = SubscriptionMode.DYNAMIC;
    private final StreamsChoices streams = new StreamsChoices();
    private int offlineCount = 4_096;
    private Duration offlineAge = Duration.ofSeconds(2);
    private Consumer<DefaultJedisClientConfig.Builder> jedis = config -> {};

    RedisEmitterBuilder(Place place) {
        this.place = place;
    }

    /**
     * The user and the password for Redis, instead of those of its URL.
     *
     * @param user the user's name in Redis
     * @param password the password
     * @return this builder
     */
    public RedisEmitterBuilder credentials(String user, String password) {
        return jedis(config -> config.user(user.isEmpty() ? null : user).password(password));
    }

    /**
     * Over what of Redis the servers talk.
     *
     * @param mode the wire format of the cluster's other nodes
     * @return this builder
     */
    public RedisEmitterBuilder mode(RedisMode mode) {
        this.mode = Objects.requireNonNull(mode, "mode");
        return this;
    }

    /**
     * What the names of the servers' channels begin with; the default is {@code socket.io}.
     *
     * @param key the prefix of channels
     * @return this builder
     */
    public RedisEmitterBuilder key(String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("the key is empty; the default is socket.io");
        }
        this.key = key;
        return this;
    }

    /**
     * Which rooms have a channel of their own, in {@link RedisMode#SHARDED}; the default is {@code DYNAMIC}.
     *
     * @param rooms the names of rooms
     * @return this builder
     */
    public RedisEmitterBuilder subscriptionMode(SubscriptionMode rooms) {
        this.rooms = Objects.requireNonNull(rooms, "rooms");
        return this;
    }

    /**
     * The names, the number and the length of the streams, in {@link RedisMode#STREAMS}.
     *
     * @param choices sets them
     * @return this builder
     */
    public RedisEmitterBuilder streams(Consumer<StreamsChoices> choices) {
        choices.accept(streams);
        return this;
    }

    /**
     * How many messages wait while there is no connection, and how old they get; the oldest goes first. The default is 4,096
     * and 2 s.
     *
     * @param messages how many messages, at the most
     * @param age how old, at the most
     * @return this builder
     * @throws IllegalArgumentException if one is negative, or the age longer than 24 days
     */
    public RedisEmitterBuilder offlineBuffer(int messages, Duration age) {
        Ranges.atLeast(0, "offlineBuffer's messages", messages);
        offlineAge = Ranges.atLeast(Duration.ZERO, "offlineBuffer's age", age);
        offlineCount = messages;
        return this;
    }

    /**
     * The application's own Gson, for what is emitted: with the one that the engines have, emitter and engines write alike.
     * {@code byte[]} and {@code ByteBuffer} stay binary. The default is the engine's.
     *
     * @param gson writes payloads
     * @return this builder
     */
    public RedisEmitterBuilder gson(Gson gson) {
        writer = EventWriter.of(gson);
        return this;
    }

    /**
     * Further choices for Jedis's connections; their timeouts are those of connecting, and their protocol stays RESP2.
     *
     * @param choices sets them
     * @return this builder
     */
    public RedisEmitterBuilder jedis(Consumer<DefaultJedisClientConfig.Builder> choices) {
        jedis = jedis.andThen(choices);
        return this;
    }

    /**
     * Connects, in the background.
     *
     * @return the emitter
     */
    public RedisEmitter connect() {
        DefaultJedisClientConfig.Builder builder =
                place.url().config().timeoutMillis(RedisClusterBuilder.HANDSHAKE_MILLIS);
        jedis.accept(builder);
        JedisClientConfig config = RedisConnection.resp2(builder);
        EmitterConnection connection = new EmitterConnection(
                place.url().toString(),
                place.maker().topology(config, EmitterConnection.PING_INTERVAL),
                config,
                offlineCount,
                offlineAge,
                streams.maxLen());
        return over(connection.start());
    }

    RedisEmitter over(RedisEmitter.Sink sink) {
        return RedisEmitter.over(sink, writer == null ? EventWriter.standard() : writer, formats());
    }

    RedisSettings.Formats formats() {
        return RedisClusterBuilder.formats(
                mode, key, BroadcastSubscription.PATTERN, ClassicFormat.Answers.SHARED, rooms, streams);
    }
}
