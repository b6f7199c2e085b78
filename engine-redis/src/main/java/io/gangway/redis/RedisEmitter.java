package io.gangway.redis;

import io.gangway.EventWriter;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.Disconnect;
import io.gangway.cluster.ClusterMessage.Join;
import io.gangway.cluster.ClusterMessage.Leave;
import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.cluster.Payload;
import io.gangway.cluster.RoomNames;
import io.gangway.cluster.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to the sockets of a running cluster, of Java or Node.js servers, from a JVM that is no server itself. Each method
 * that chooses gives another emitter over the same connections: all are immutable and thread-safe, and closed together.
 *
 * <p>Nothing here waits for Redis. While it cannot be reached, the newest messages wait for a short while, see
 * {@link RedisEmitterBuilder#offlineBuffer}; then they are dropped.
 *
 * <pre>{@code
 * try (RedisEmitter emitter = RedisEmitter.connect("redis://localhost:6379")) {
 *     emitter.to("room1").except("room2").emit("news", Map.of("id", 7));
 * }
 * }</pre>
 */
public final class RedisEmitter implements AutoCloseable {
    /** By this name the servers know every emitter; none has it itself. */
    private static final String NODE_ID = "emitter";

    /** Formats of so many namespaces are kept; those of more, as of names made from users' ids, are made anew. */
    private static final int MOST_KNOWN = 1_000;

    private final Sink sink;
    private final EventWriter writer;
    private final KnownFormats formats;
    private final String namespace;
    private final Target target;
    private final Delivery delivery;

    /** Where commands go. */
    interface Sink extends AutoCloseable {
        /**
         * Sends it as soon as may be; never waits.
         *
         * @throws IllegalStateException if it is closed
         */
        void send(Outgoing command, Delivery delivery);

        @Override
        void close();
    }

    /** What becomes of a message that cannot be sent at once. */
    enum Delivery {
        RELIABLE,
        LOSSY
    }

    /** Makes the formats of namespaces at need, for all emitters over the same connections. */
    private record KnownFormats(RedisSettings.Formats formats, Map<String, WireFormat> known) {
        WireFormat of(String namespace) {
            WireFormat format = known.get(namespace);
            if (format == null) {
                format = formats.format(namespace, NODE_ID);
                if (known.size() < MOST_KNOWN) {
                    known.put(namespace, format);
                }
            }
            return format;
        }
    }

    /** Names no generic type: see GuessedConstructorTest. */
    private RedisEmitter(
            Sink sink, EventWriter writer, KnownFormats formats, String namespace, Target target, Delivery delivery) {
        this.sink = sink;
        this.writer = writer;
        this.formats = formats;
        this.namespace = namespace;
        this.target = target;
        this.delivery = delivery;
    }

    static RedisEmitter over(Sink sink, RedisSettings.Formats formats) {
        return over(sink, EventWriter.standard(), formats);
    }

    static RedisEmitter over(Sink sink, EventWriter writer, RedisSettings.Formats formats) {
        return new RedisEmitter(
                sink, writer, new KnownFormats(formats, new ConcurrentHashMap<>()), "/", Target.ALL, Delivery.RELIABLE);
    }

    /**
     * Connects to a Redis, with the defaults of a builder, for everyone in the namespace {@code /}.
     *
     * @param url {@code redis://[[user]:password@]host[:port][/database]}, or {@code rediss://} for TLS
     * @return the emitter
     * @throws IllegalArgumentException if the URL makes no sense; whether anybody is there is not asked
     */
    public static RedisEmitter connect(String url) {
        return builder(url).connect();
    }

    /**
     * One Redis, by its URL as in {@link #connect}.
     *
     * @param url Redis's address
     * @return a new builder
     */
    public static RedisEmitterBuilder builder(String url) {
        return new RedisEmitterBuilder(Place.standalone(url));
    }

    /**
     * {@return a Redis that sentinels watch}
     *
     * @param master its name with them
     * @param sentinels their URLs, with credentials for them alone if they ask for some; {@code rediss://} is for Redis
     *     too
     * @throws IllegalArgumentException if there is none, or one makes no sense
     */
    public static RedisEmitterBuilder sentinels(String master, List<String> sentinels) {
        return new RedisEmitterBuilder(Place.sentinels(master, sentinels));
    }

    /**
     * {@return a Redis Cluster} What is said while a slot moves to another of its nodes may be lost.
     *
     * @param seeds URLs of some of its nodes, which tell of the others; the first one's credentials are for all
     * @throws IllegalArgumentException if there is none, or one makes no sense
     */
    public static RedisEmitterBuilder seeds(List<String> seeds) {
        return new RedisEmitterBuilder(Place.seeds(seeds));
    }

    /**
     * Everyone in another namespace.
     *
     * @param namespace the namespace's name
     * @return an emitter of the namespace
     */
    public RedisEmitter of(String namespace) {
        String name = Objects.requireNonNull(namespace, "namespace").startsWith("/") ? namespace : "/" + namespace;
        return new RedisEmitter(sink, writer, formats, name, Target.ALL, Delivery.RELIABLE);
    }

    /**
     * Those in any of these rooms, along with those in the rooms named before; a socket's id is a room. Naming
     * no room changes nothing, as in Node.js: where none is named at all, everyone is meant.
     *
     * @param rooms the names of rooms
     * @return an emitter to these rooms
     * @throws NullPointerException if a room is null
     * @throws IllegalArgumentException if a room has an empty name
     */
    public RedisEmitter to(String... rooms) {
        return with(new Target(RoomNames.and(target.rooms(), rooms), target.except()), delivery);
    }

    /**
     * All sockets that have signed in as this user, along with those in the rooms named before: the same as
     * {@code to("user:" + user)}.
     *
     * @param user the user's name
     * @return an emitter to the user's sockets
     */
    public RedisEmitter user(String user) {
        return to(RoomNames.ofUser(user));
    }

    /**
     * Not those in any of these rooms.
     *
     * @param rooms the names of rooms
     * @return an emitter to all but these rooms
     */
    public RedisEmitter except(String... rooms) {
        return with(new Target(target.rooms(), RoomNames.and(target.except(), rooms)), delivery);
    }

    /**
     * Drops the event for each client to which it cannot be written at once, and if Redis is not there.
     *
     * @return the same, but lossy
     */
    public RedisEmitter lossy() {
        return with(target, Delivery.LOSSY);
    }

    private RedisEmitter with(Target target, Delivery delivery) {
        return new RedisEmitter(sink, writer, formats, namespace, target, delivery);
    }

    /**
     * Sends an event to all of them.
     *
     * @param event the event's name
     * @param arguments what Gson can write, see {@link RedisEmitterBuilder#gson}, and {@code byte[]} at any depth; null is JSON
     *     null
     * @throws IllegalArgumentException if the name is reserved, or an argument cannot be written
     * @throws IllegalStateException if the emitter is closed
     */
    public void emit(String event, @Nullable Object... arguments) {
        Payload payload = writer.write(event, arguments);
        boolean lossy = delivery == Delivery.LOSSY;
        send(new Broadcast(NODE_ID, target, payload, lossy, ClusterMessage.NO_REQUEST, Duration.ZERO));
    }

    /**
     * Has all of them enter rooms.
     *
     * @param rooms the names of rooms
     * @throws NullPointerException if a room is null
     * @throws IllegalArgumentException if a room has an empty name, or is a user's: there a socket comes by signing in
     *     alone
     * @throws IllegalStateException if the emitter is closed
     */
    public void socketsJoin(String... rooms) {
        send(new Join(NODE_ID, target, RoomNames.toEnter(rooms)));
    }

    /**
     * Has all of them leave rooms; fails as {@link #socketsJoin} does.
     *
     * @param rooms the names of rooms
     */
    public void socketsLeave(String... rooms) {
        send(new Leave(NODE_ID, target, RoomNames.toEnter(rooms)));
    }

    /** Takes all of them out of this namespace; their connections stay. */
    public void disconnectSockets() {
        send(new Disconnect(NODE_ID, target, false));
    }

    /** Closes the connections of all of them. */
    public void closeConnections() {
        send(new Disconnect(NODE_ID, target, true));
    }

    /**
     * Sends an event to the servers themselves, whichever sockets are chosen.
     *
     * @param event the event's name
     * @param arguments what the event carries
     * @throws IllegalArgumentException if the name is reserved, or an argument cannot be written
     * @throws IllegalStateException if the emitter is closed
     */
    public void serverSideEmit(String event, @Nullable Object... arguments) {
        send(new ServerEvent(NODE_ID, writer.write(event, arguments), ClusterMessage.NO_REQUEST));
    }

    private void send(ClusterMessage message) {
        sink.send(formats.of(namespace).publish(message), delivery);
    }

    /** Says what is still to be said, for a second at most, and closes the connections. May be called again. */
    @Override
    public void close() {
        sink.close();
    }

    @Override
    public String toString() {
        return "RedisEmitter[" + namespace + ", " + target + "]";
    }
}
