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
import io.gangway.redis.link.MessageSink;
import io.gangway.redis.link.MessageSink.Delivery;
import io.gangway.redis.link.RedisEndpoint;
import io.gangway.redis.wire.WireFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Emits to the sockets of a running cluster, of Java or Node.js servers, from a process that is no server itself.
 * Methods that choose sockets return another emitter over the same connections: all are immutable and thread-safe,
 * and closed together.
 *
 * <p>Nothing but {@link #close} waits for Redis. While Redis is unreachable, the newest messages are queued for a
 * short while, see {@link RedisEmitterBuilder#offlineBuffer}, then dropped.
 *
 * <pre>{@code
 * try (RedisEmitter emitter = RedisEmitter.connect("redis://localhost:6379")) {
 *     emitter.to("room1").except("room2").emit("news", Map.of("id", 7));
 * }
 * }</pre>
 */
public final class RedisEmitter implements AutoCloseable {
    /** The node id of every emitter; no server has it. */
    private static final String NODE_ID = "emitter";

    /**
     * How many namespaces' formats are kept; of more, such as names made of users' ids, formats are created each
     * time.
     */
    private static final int MAX_KNOWN = 1_000;

    private final MessageSink sink;
    private final EventWriter writer;
    private final EmitterTraces traces;
    private final KnownFormats formats;
    private final String namespace;
    private final Target target;
    private final Delivery delivery;

    /** The formats of namespaces, created on demand, of all emitters over the same connections. */
    private record KnownFormats(WireFormat.Factory formats, Map<String, WireFormat> known) {
        WireFormat of(String namespace) {
            WireFormat format = known.get(namespace);
            if (format == null) {
                format = formats.format(namespace, NODE_ID);
                if (known.size() < MAX_KNOWN) {
                    known.put(namespace, format);
                }
            }
            return format;
        }
    }

    /** Names no generic type: see GuessedConstructorTest. */
    private RedisEmitter(
            MessageSink sink,
            EventWriter writer,
            EmitterTraces traces,
            KnownFormats formats,
            String namespace,
            Target target,
            Delivery delivery) {
        this.sink = sink;
        this.writer = writer;
        this.traces = traces;
        this.formats = formats;
        this.namespace = namespace;
        this.target = target;
        this.delivery = delivery;
    }

    static RedisEmitter over(MessageSink sink, WireFormat.Factory formats) {
        return over(sink, EventWriter.standard(), new EmitterTraces(null), formats);
    }

    static RedisEmitter over(MessageSink sink, EventWriter writer, EmitterTraces traces, WireFormat.Factory formats) {
        KnownFormats known = new KnownFormats(formats, new ConcurrentHashMap<>());
        return new RedisEmitter(sink, writer, traces, known, "/", Target.ALL, Delivery.RELIABLE);
    }

    /**
     * Connects to one Redis, in the background, with the defaults of a builder; emits to all sockets of namespace
     * {@code /}.
     *
     * @param url {@code redis://[[user]:password@]host[:port][/database]}, or {@code rediss://} for TLS
     * @return the emitter
     * @throws IllegalArgumentException if the URL is invalid; whether Redis is reachable is not checked
     */
    public static RedisEmitter connect(String url) {
        return builder(url).connect();
    }

    /**
     * Builds an emitter over one Redis, by its URL as in {@link #connect}.
     *
     * @param url the URL of Redis
     * @return a new builder
     */
    public static RedisEmitterBuilder builder(String url) {
        return new RedisEmitterBuilder(RedisEndpoint.standalone(url));
    }

    /**
     * Builds an emitter over a Redis behind Sentinels.
     *
     * @param master the master's name in the Sentinels' configuration
     * @param sentinels the Sentinels' URLs, with credentials for the Sentinels only; {@code rediss://} is for Redis too
     * @return a new builder
     * @throws IllegalArgumentException if there is no URL, or one is invalid
     */
    public static RedisEmitterBuilder sentinels(String master, List<String> sentinels) {
        return new RedisEmitterBuilder(RedisEndpoint.sentinels(master, sentinels));
    }

    /**
     * Builds an emitter over a Redis Cluster. Messages sent while a slot migrates to another node may be lost.
     *
     * @param seeds the URLs of some of its nodes, from which the others are discovered; the first URL's credentials
     *     are for all of them
     * @return a new builder
     * @throws IllegalArgumentException if there is no URL, or one is invalid
     */
    public static RedisEmitterBuilder seeds(List<String> seeds) {
        return new RedisEmitterBuilder(RedisEndpoint.seeds(seeds));
    }

    /**
     * Chooses all sockets of another namespace.
     *
     * @param namespace the name of the namespace, with or without the slash
     * @return an emitter to its sockets
     */
    public RedisEmitter of(String namespace) {
        String name = Objects.requireNonNull(namespace, "namespace").startsWith("/") ? namespace : "/" + namespace;
        return new RedisEmitter(sink, writer, traces, formats, name, Target.ALL, Delivery.RELIABLE);
    }

    /**
     * Chooses the sockets in any of these rooms, in addition to the rooms chosen before; a socket's id is a room.
     * Without a room it changes nothing, as in Node.js: as long as no room is chosen, all sockets are.
     *
     * @param rooms the names of the rooms
     * @return an emitter to these sockets
     * @throws NullPointerException if a room is null
     * @throws IllegalArgumentException if a room has an empty name
     */
    public RedisEmitter to(String... rooms) {
        return with(new Target(RoomNames.and(target.rooms(), rooms), target.except()), delivery);
    }

    /**
     * Chooses all sockets that have signed in as this user, in addition to the rooms chosen before: the same as
     * {@code to("user:" + user)}.
     *
     * @param user the user's name
     * @return an emitter to these sockets
     * @throws IllegalArgumentException if the name is empty
     */
    public RedisEmitter user(String user) {
        return to(RoomNames.ofUser(user));
    }

    /**
     * Excludes the sockets in any of these rooms.
     *
     * @param rooms the names of the rooms
     * @return an emitter to the other sockets
     */
    public RedisEmitter except(String... rooms) {
        return with(new Target(target.rooms(), RoomNames.and(target.except(), rooms)), delivery);
    }

    /**
     * Drops an event for each client to which it cannot be written at once, and for all of them while Redis is
     * unreachable.
     *
     * @return an emitter to the same sockets
     */
    public RedisEmitter lossy() {
        return with(target, Delivery.LOSSY);
    }

    private RedisEmitter with(Target target, Delivery delivery) {
        return new RedisEmitter(sink, writer, traces, formats, namespace, target, delivery);
    }

    /**
     * Sends an event to the chosen sockets.
     *
     * @param event the name of the event
     * @param arguments what Gson can write, see {@link RedisEmitterBuilder#gson}, and {@code byte[]} at any depth;
     *     null is JSON null
     * @throws IllegalArgumentException if the name is reserved, or an argument cannot be written
     * @throws IllegalStateException if the emitter is closed
     */
    public void emit(String event, @Nullable Object... arguments) {
        Payload payload = writer.write(event, arguments);
        boolean lossy = delivery == Delivery.LOSSY;
        Map<String, String> trace = traces.emitted(namespace, event);
        send(new Broadcast(NODE_ID, target, payload, lossy, ClusterMessage.NO_REQUEST, Duration.ZERO, trace));
    }

    /**
     * Adds the chosen sockets to rooms.
     *
     * @param rooms the names of the rooms
     * @throws NullPointerException if a room is null
     * @throws IllegalArgumentException if a room has an empty name, or is a user's, which a socket joins only by
     *     signing in
     * @throws IllegalStateException if the emitter is closed
     */
    public void socketsJoin(String... rooms) {
        send(new Join(NODE_ID, target, RoomNames.toEnter(rooms)));
    }

    /**
     * Removes the chosen sockets from rooms; fails as {@link #socketsJoin} does.
     *
     * @param rooms the names of the rooms
     */
    public void socketsLeave(String... rooms) {
        send(new Leave(NODE_ID, target, RoomNames.toEnter(rooms)));
    }

    /** Disconnects the chosen sockets from this namespace; their connections remain. */
    public void disconnectSockets() {
        send(new Disconnect(NODE_ID, target, false));
    }

    /** Closes the connections of the chosen sockets. */
    public void closeConnections() {
        send(new Disconnect(NODE_ID, target, true));
    }

    /**
     * Sends an event to the servers themselves, whichever sockets are chosen.
     *
     * @param event the name of the event
     * @param arguments as those of {@link #emit}
     * @throws IllegalArgumentException if the name is reserved, or an argument cannot be written
     * @throws IllegalStateException if the emitter is closed
     */
    public void serverSideEmit(String event, @Nullable Object... arguments) {
        Payload payload = writer.write(event, arguments);
        send(new ServerEvent(NODE_ID, payload, ClusterMessage.NO_REQUEST, traces.emitted(namespace, event)));
    }

    private void send(ClusterMessage message) {
        sink.send(formats.of(namespace).publish(message), delivery);
    }

    /** Sends queued messages for at most a second, and closes the connections. Closing again has no effect. */
    @Override
    public void close() {
        sink.close();
    }

    @Override
    public String toString() {
        return "RedisEmitter[" + namespace + ", " + target + "]";
    }
}
