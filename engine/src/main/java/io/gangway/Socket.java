package io.gangway;

import io.gangway.cluster.Payload;
import io.gangway.cluster.RoomNames;
import io.gangway.cluster.SocketSnapshot;
import io.gangway.connection.Connection;
import io.gangway.connection.Delivery;
import io.gangway.protocol.PacketCodec;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One client in one namespace. Thread-safe; no method blocks or throws because the client is slow or gone.
 *
 * <p>Before the socket is admitted, events emitted to it wait, and so do the rooms it joins; if it is refused, they are
 * discarded.
 */
public final class Socket extends Member {
    private final Namespace namespace;
    private final Handshake handshake;

    // Guarded by this; created on demand, because most sockets need few of them.
    private @Nullable Map<Object, Object> attachments; // by type or by key
    private @Nullable String user;
    private @Nullable Payload shared;

    /** @param recovery null if the socket cannot be recovered */
    Socket(
            Owner owner,
            Connection connection,
            PacketCodec codec,
            @Nullable SocketRecovery recovery,
            Namespace namespace,
            Handshake handshake) {
        super(owner, connection, codec, recovery);
        this.namespace = namespace;
        this.handshake = handshake;
    }

    /** {@return the socket's public id, which differs in each namespace, and is the name of the socket's own room} */
    @Override
    public String id() {
        return super.id();
    }

    /** {@return the socket's namespace} */
    public Namespace namespace() {
        return namespace;
    }

    /** {@return the client's handshake} */
    public Handshake handshake() {
        return handshake;
    }

    /**
     * {@return whether the client was away and is back: with the id, rooms and shared data that it had, after which it was
     * sent what it had missed. True from the connect handlers on, which may skip what they did the first time. See
     * {@link EngineBuilder#recovery}}
     */
    public boolean recovered() {
        return isRecovered();
    }

    /** {@return whether the socket has been admitted and has not left} */
    @Override
    public boolean isConnected() {
        return super.isConnected();
    }

    /** {@return the connection's current transport: {@code polling} or {@code websocket}} */
    public String transport() {
        return connection().transport();
    }

    /**
     * {@return what tells the client's connection from others, the same for all its sockets: the first 12 characters of the
     * Engine.IO session's id, of which the rest is secret; for a plain WebSocket, of the socket's id}
     */
    public String connectionId() {
        String shown = connection().shownId();
        return shown.isEmpty() ? id().substring(0, 12) : shown;
    }

    /** {@return how many bytes are queued for this client, in all its namespaces} */
    public long bufferedBytes() {
        return connection().bufferedBytes();
    }

    /** {@return whether an event emitted now would be written at once} */
    public boolean isWritable() {
        return connection().isWritable();
    }

    // ---- emitting

    /**
     * Sends an event to this client. The arguments are written before this returns, so the caller may change them
     * afterwards. Only a read-only {@link java.nio.ByteBuffer} is not copied: its bytes must not be changed any more,
     * through any array or buffer.
     *
     * @param event the event's name
     * @param arguments any values that Gson can write; {@code byte[]} and {@code ByteBuffer} at any depth are sent as
     *     binary; null is JSON null
     * @throws IllegalArgumentException if the name is reserved, or an argument cannot be written
     */
    public void emit(String event, @Nullable Object... arguments) {
        emit(here().delivery(), event, arguments);
    }

    /**
     * Sends an event of which only the newest value counts. See {@link BroadcastOperator#emitLatest}.
     *
     * @param event the event's name
     * @param key the key; each event has its own keys
     * @param arguments the event's arguments
     * @throws IllegalArgumentException if the name is reserved, or an argument cannot be written
     */
    public void emitLatest(String event, String key, @Nullable Object... arguments) {
        emit(here().latest(event, key), event, arguments);
    }

    void emit(Delivery delivery, String event, @Nullable Object... arguments) {
        here().deliver(this, here().emissions().local(PacketCodec.NO_ACK, delivery, event, arguments), null);
    }

    /**
     * Sends an event and requests an ack, waiting at most for the engine's {@link EngineBuilder#ackTimeout}.
     *
     * @param event the event's name
     * @param arguments the event's arguments
     * @return the client's ack; fails with {@link java.util.concurrent.TimeoutException}, or with
     *     {@link DisconnectedException} as soon as the socket leaves. Completed on a thread that may block: a handler
     *     may wait for it, and callbacks chained to it may wait too, even for another such future. On a JDK without
     *     virtual threads each waiting callback occupies a thread
     */
    public CompletableFuture<Arguments> emitWithAck(String event, @Nullable Object... arguments) {
        return emitWithAck(namespace.limits().ackTimeout(), event, arguments);
    }

    CompletableFuture<Arguments> emitWithAck(Duration timeout, String event, @Nullable Object... arguments) {
        return SocketAck.emit(this, timeout, event, arguments);
    }

    /**
     * {@return an emitter to this socket that waits this long for acks}
     *
     * @param timeout how long to wait for an ack
     */
    public SocketEmitter timeout(Duration timeout) {
        return new SocketEmitter(this, here().delivery(), Waits.bounded("timeout", timeout));
    }

    /**
     * {@return an emitter to this socket that chooses what happens to events if the client reads too slowly}
     *
     * @param slowClients disconnects the client, or drops events
     */
    public SocketEmitter whenSlow(SlowClients slowClients) {
        return new SocketEmitter(
                this, slowClients.delivery(), namespace.limits().ackTimeout());
    }

    /** {@return an emitter to this socket that drops events which cannot be written at once} */
    public SocketEmitter lossy() {
        return new SocketEmitter(this, Delivery.LOSSY, namespace.limits().ackTimeout());
    }

    /**
     * Selects the sockets in these rooms, except this one.
     *
     * @param rooms the names of rooms
     * @return an operator for these sockets
     */
    public BroadcastOperator to(String... rooms) {
        return broadcast().to(rooms);
    }

    /**
     * Selects all sockets of the namespace, except this one and those in these rooms.
     *
     * @param rooms the names of rooms
     * @return an operator for the other sockets
     */
    public BroadcastOperator except(String... rooms) {
        return broadcast().except(rooms);
    }

    /**
     * Selects all sockets of the namespace, except this one.
     *
     * @return an operator for the other sockets
     */
    public BroadcastOperator broadcast() {
        return namespace.everyone().except(id());
    }

    // ---- the user

    /**
     * Signs in a user on this socket, for an interceptor that has authenticated the client: from then on
     * {@link Namespace#user} reaches it, on any device and node.
     *
     * @param user the user's name
     * @throws IllegalArgumentException if the name is empty: whoever is not known is no user
     * @throws IllegalStateException if a {@linkplain SocketLimits limit} allows no further room
     */
    public void signIn(String user) {
        String room = RoomNames.ofUser(Objects.requireNonNull(user, "user"));
        RoomChanges changes = changes();
        together(() -> {
            if (user.equals(this.user)) {
                return;
            }
            enter(changes, Set.of(room));
            if (this.user != null) {
                exit(changes, Set.of(RoomNames.ofUser(this.user)));
            }
            this.user = user;
            signedIn(user);
        });
        changed(changes);
    }

    /** {@return the name of the user who has {@linkplain #signIn signed in} on this socket; empty if none has} */
    public synchronized Optional<String> user() {
        return Optional.ofNullable(user);
    }

    @Override
    synchronized String userName() {
        return user == null ? "" : user;
    }

    // ---- rooms

    /**
     * Joins rooms. Does nothing after the socket has left.
     *
     * @param rooms the names of rooms
     * @throws NullPointerException if a room is null
     * @throws IllegalArgumentException if a room has an empty name, or is a user's room, which a socket joins only by
     *     {@link #signIn}, so that no client can ask to join it. A client whose event fails with this exception is told
     *     that such names are reserved
     * @throws IllegalStateException if a {@linkplain SocketLimits limit} does not allow these rooms; then the socket
     *     joins none of them
     */
    public void join(String... rooms) {
        enter(RoomNames.toEnter(rooms));
    }

    /**
     * Joins rooms like {@link #join}, and confirms it: once the future completes, events that other nodes emit to these
     * rooms reach this socket. With most clusters it completes at once; with a cluster that subscribes to each room,
     * when the broker has confirmed the subscription.
     *
     * @param rooms the names of rooms
     * @return completes when the joins are confirmed; fails with {@link EngineException} if the cluster closes, or the
     *     socket leaves a room, before that
     * @throws IllegalStateException like {@link #join}
     */
    public CompletableFuture<Void> joinConfirmed(String... rooms) {
        Set<String> names = RoomNames.toEnter(rooms);
        enter(names);
        return namespace
                .roomsChanged(names)
                .toCompletableFuture()
                .handleAsync(
                        (heard, failure) -> {
                            if (failure != null) {
                                throw new EngineException(
                                        "The other servers have not confirmed the room", null, Ack.unwrap(failure));
                            }
                            return null;
                        },
                        here().threads()::completeOrRun);
    }

    /**
     * Leaves rooms; a room that the socket is not in is ignored. The socket stays in its own room.
     *
     * @param rooms the names of rooms
     * @throws NullPointerException if a room is null
     * @throws IllegalArgumentException if a room has an empty name, or is a user's
     */
    public void leave(String... rooms) {
        exit(RoomNames.toEnter(rooms));
    }

    /**
     * {@return the socket's rooms, including the one named after its id; in {@code onDisconnecting} still all of them,
     * afterwards none}
     */
    @Override
    public Set<String> rooms() {
        return super.rooms();
    }

    // ---- attached values

    /**
     * Attaches a value to this socket, one per type. The value stays on this node; use {@link #share} for other nodes.
     *
     * @param <T> the type of the value
     * @param type the type under which the value is attached
     * @param value the value
     * @throws IllegalStateException if {@link SocketLimits#maxAttached} are attached
     */
    public <T> void attach(Class<T> type, T value) {
        keep(type, as(type, Objects.requireNonNull(value, "what to attach"), type));
    }

    /**
     * Attaches a value to this socket, one per key, as Node.js applications do in {@code socket.data}. The value stays
     * on this node; use {@link #share} for other nodes. Keys and types are independent: a value may be attached under
     * both.
     *
     * @param key the key under which the value is attached
     * @param value the value
     * @throws IllegalStateException if {@link SocketLimits#maxAttached} are attached
     */
    public void attach(String key, Object value) {
        keep(key, value);
    }

    private synchronized void keep(Object key, Object value) {
        Objects.requireNonNull(key, "what to attach under");
        Objects.requireNonNull(value, "what to attach");
        if (attachments == null) {
            attachments = new ConcurrentHashMap<>(2);
        }
        int most = here().limits().sockets().maxAttached();
        if (attachments.size() >= most && !attachments.containsKey(key)) {
            throw new IllegalStateException(
                    "cannot attach to " + this + ": it has " + most + " attached values, as many as "
                            + "are allowed; use few keys, or raise limits(limits -> limits.sockets(sockets -> "
                            + "sockets.maxAttached(..)))");
        }
        attachments.put(key, value);
    }

    /**
     * {@return the value attached under this type}
     *
     * @param <T> the type of the value
     * @param type the type under which the value is attached
     * @throws NoSuchElementException if none is attached
     */
    public <T> T attached(Class<T> type) {
        return findAttached(type).orElseThrow(() -> nothing("of type " + type.getName()));
    }

    /**
     * {@return the value attached under this key}
     *
     * @param <T> the type of the value
     * @param key the key under which the value is attached
     * @param type the type of the value
     * @throws NoSuchElementException if none is attached
     * @throws ClassCastException if the value is of another type
     */
    public <T> T attached(String key, Class<T> type) {
        return findAttached(key, type).orElseThrow(() -> nothing("under \"" + key + '"'));
    }

    private NoSuchElementException nothing(String where) {
        return new NoSuchElementException(
                "nothing " + where + " is attached to " + this + ": call attach(..) on connect");
    }

    /**
     * {@return the value attached under this type, if any}
     *
     * @param <T> the type of the value
     * @param type the type under which the value is attached
     */
    public <T> Optional<T> findAttached(Class<T> type) {
        return find(type, type);
    }

    /**
     * {@return the value attached under this key, if any}
     *
     * @param <T> the type of the value
     * @param key the key under which the value is attached
     * @param type the type of the value
     * @throws ClassCastException if the value is of another type
     */
    public <T> Optional<T> findAttached(String key, Class<T> type) {
        return find(key, type);
    }

    private synchronized <T> Optional<T> find(Object key, Class<T> type) {
        Object value = attachments == null ? null : attachments.get(key);
        return value == null ? Optional.empty() : Optional.of(as(type, value, key));
    }

    /** The value as this type; {@code int.class} stands for Integer. */
    @SuppressWarnings("unchecked") // T is a wrapper type if type is primitive
    private static <T> T as(Class<T> type, Object value, Object key) {
        Class<?> boxed = type.isPrimitive() ? MethodType.methodType(type).wrap().returnType() : type;
        if (!boxed.isInstance(value)) {
            String under = key instanceof String ? "\"" + key + '"' : type.getName();
            throw new ClassCastException("the value attached under " + under + " is not a " + type.getName() + " but a "
                    + value.getClass().getName());
        }
        return (T) value;
    }

    /**
     * Sets the data that {@link Namespace#fetchSockets} returns for this socket on every node, like {@code socket.data}
     * in Node.js; {@linkplain #attach(String, Object) attached} values are not included. The data is written during
     * this call; a further call replaces it.
     *
     * @param data the data, any value that Gson can write
     * @throws IllegalArgumentException if the data cannot be written
     */
    public void share(Object data) {
        Payload written = ElementsPayload.first(here().emissions().elements(List.of(data)));
        synchronized (this) {
            shared = written;
        }
        here().hooks().shared(this);
    }

    /**
     * {@return what is {@linkplain #share shared} for this socket, if anything is: on this connection or, if the client is
     * {@linkplain #recovered back}, before}
     *
     * @param <T> the type of the data
     * @param type the type of the data
     * @throws InvalidPayloadException if the data does not fit the type
     */
    public <T> Optional<T> findShared(Class<T> type) {
        return new Arguments("the data of " + this, here().emissions().received(sharedData())).find(0, type);
    }

    @Override
    synchronized void restore(Payload data, Set<String> rooms) {
        if (shared == null) {
            shared = data;
        }
        if (user == null) {
            user = RoomNames.userIn(rooms);
        }
    }

    /** The shared data; JSON null if none. */
    @Override
    synchronized Payload sharedData() {
        return shared != null
                ? shared
                : ElementsPayload.first(here().emissions().elements(List.of()));
    }

    // ---- leaving

    /** Disconnects the client from this namespace; its connection and its other sockets stay. */
    @Override
    public void disconnect() {
        super.disconnect();
    }

    /**
     * Disconnects the client from this namespace because of something it did or failed to do. A plain WebSocket is
     * closed with code 1008 and the reason, shortened to 123 bytes of UTF-8; Socket.IO has no place for a reason, so that
     * its clients are disconnected as by {@link #disconnect()}. Before admission the reason is the message of the
     * client's {@code connect_error}.
     *
     * @param reason shown to the client
     */
    @Override
    public void disconnect(String reason) {
        super.disconnect(Objects.requireNonNull(reason, "reason"));
    }

    /** Disconnects the client from all its namespaces and closes its connection, after writing the emitted events. */
    @Override
    public void closeConnection() {
        super.closeConnection();
    }

    // ---- for its namespace

    @Override
    LocalNamespace here() {
        return namespace.here();
    }

    @Override
    CompletionStage<Void> roomsChanged(Collection<String> rooms) {
        return namespace.roomsChanged(rooms);
    }

    @Override
    Runnable exitNamespace() {
        return namespace::exit;
    }

    @Override
    SocketSnapshot snapshot(UnaryOperator<Handshake> shared) {
        Payload data = here().hooks().describeConnections()
                ? ConnectionEntry.addTo(sharedData(), connectionId(), transport(), here().emissions())
                : sharedData();
        return new SocketSnapshot(id(), SharedHandshake.introduction(handshake, shared), rooms(), data);
    }

    @Override
    public String toString() {
        return "Socket[" + id() + " in " + Quoted.of(namespace.name()) + "]";
    }
}
