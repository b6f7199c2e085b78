package io.gangway;

import com.google.gson.reflect.TypeToken;
import io.gangway.cluster.Payload;
import io.gangway.cluster.SocketSnapshot;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A socket that may be connected to another node: its state when {@link Namespace#fetchSockets} was called, and
 * operations on it. Immutable and thread-safe; an operation runs on the socket's node, if the socket is still
 * connected.
 */
public final class RemoteSocket {
    private final Namespace namespace;
    private final String id;
    private final Known known;

    /** The socket's state when it was fetched. */
    private record Known(Handshake handshake, Set<String> rooms, Payload data, String connectionId, String transport) {}

    /** No generic types in the signature: see GuessedConstructorTest. */
    private RemoteSocket(Namespace namespace, String id, Known known) {
        this.namespace = namespace;
        this.id = id;
        this.known = known;
    }

    static RemoteSocket of(Socket socket) {
        return new RemoteSocket(
                socket.namespace(),
                socket.id(),
                new Known(
                        socket.handshake(),
                        Set.copyOf(socket.rooms()),
                        socket.sharedData(),
                        socket.connectionId(),
                        socket.transport()));
    }

    static RemoteSocket of(Namespace namespace, SocketSnapshot snapshot) {
        return new RemoteSocket(
                namespace,
                snapshot.id(),
                new Known(
                        SharedHandshake.of(snapshot.handshake()),
                        Set.copyOf(snapshot.rooms()),
                        ConnectionEntry.removeFrom(
                                snapshot.data(), namespace.here().emissions()),
                        ConnectionEntry.connectionId(snapshot.data()),
                        ConnectionEntry.transport(snapshot.data())));
    }

    /** {@return the socket's id} */
    public String id() {
        return id;
    }

    /**
     * {@return the client's handshake, as far as its node shares it: see {@link EngineBuilder#shareHandshake}}
     */
    public Handshake handshake() {
        return known.handshake;
    }

    /**
     * {@return the connection's transport when the socket was fetched; empty if the socket's node does not tell: see
     * {@link EngineObserver#describesConnections}}
     */
    public Optional<String> transport() {
        return told(known.transport);
    }

    /** {@return the {@linkplain Socket#connectionId connection's id}; empty if the socket's node does not tell} */
    public Optional<String> connectionId() {
        return told(known.connectionId);
    }

    private static Optional<String> told(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** {@return the rooms that the socket was in, including the one named after its id} */
    public Set<String> rooms() {
        return known.rooms;
    }

    /**
     * The data that the application shares for this socket: {@link Socket#share}, or {@code socket.data} on a Node.js
     * server.
     *
     * @param <T> the type of the data
     * @param type the type of the data
     * @return the data; empty if none is shared
     * @throws InvalidPayloadException if the data does not fit the type
     */
    public <T> Optional<T> data(Class<T> type) {
        return data(TypeToken.get(type));
    }

    /**
     * The data that the application shares for this socket, as a type such as {@code new TypeToken<Map<String,
     * Integer>>() {}}.
     *
     * @param <T> the type of the data
     * @param type the type of the data
     * @return the data; empty if none is shared
     * @throws InvalidPayloadException if the data does not fit the type
     */
    public <T> Optional<T> data(TypeToken<T> type) {
        return new Arguments(
                        "the data of socket " + id, namespace.here().emissions().received(known.data))
                .find(0, type);
    }

    /**
     * Sends an event to the socket's client. See {@link Socket#emit}.
     *
     * @param event the event's name
     * @param arguments the event's arguments
     */
    public void emit(String event, @Nullable Object... arguments) {
        self().emit(event, arguments);
    }

    /**
     * Sends an event and requests an ack. See {@link Socket#emitWithAck(String, Object...)}. From a client on another
     * node, only the first value arrives. Fails with {@link PartialResultException} if the socket is not on this node
     * and not all nodes could be asked.
     *
     * @param event the event's name
     * @param arguments the event's arguments
     * @return the client's ack
     */
    public CompletableFuture<Arguments> emitWithAck(String event, @Nullable Object... arguments) {
        return emitWithAck(namespace.limits().ackTimeout(), event, arguments);
    }

    /**
     * Sends an event and requests an ack, waiting this long for it.
     *
     * @param timeout how long to wait for the ack
     * @param event the event's name
     * @param arguments the event's arguments
     * @return the client's ack
     */
    public CompletableFuture<Arguments> emitWithAck(Duration timeout, String event, @Nullable Object... arguments) {
        return self().timeout(timeout)
                .emitWithAck(event, arguments)
                .thenCompose(replies -> replies.received().isEmpty()
                        ? CompletableFuture.failedFuture(unanswered(replies, timeout, event))
                        : CompletableFuture.completedFuture(replies.received().get(0)));
    }

    private Exception unanswered(Replies replies, Duration timeout, String event) {
        boolean hereButSilent =
                replies.missing().contains(id) && namespace.socket(id).isPresent();
        if (hereButSilent || replies.missingElsewhere() > 0) {
            return new TimeoutException("no answer to \"" + event + "\" within " + timeout.toMillis() + " ms");
        }
        if (replies.missing().isEmpty() && replies.missingNodes() > 0) {
            return new PartialResultException(
                    "A server cannot be reached, or has not answered in time",
                    new Object[0],
                    replies.missingNodes(),
                    new TimeoutException("none of the nodes reached has " + this));
        }
        return new DisconnectedException(this + " left before it answered \"" + event + "\"");
    }

    /**
     * Adds the socket to rooms.
     *
     * @param rooms the names of rooms
     */
    public void join(String... rooms) {
        self().socketsJoin(rooms);
    }

    /**
     * Removes the socket from rooms.
     *
     * @param rooms the names of rooms
     */
    public void leave(String... rooms) {
        self().socketsLeave(rooms);
    }

    /** Disconnects the socket from the namespace; its connection stays open. */
    public void disconnect() {
        self().disconnectSockets();
    }

    /** Closes the socket's connection. */
    public void closeConnection() {
        self().closeConnections();
    }

    private BroadcastOperator self() {
        return namespace.to(id);
    }

    @Override
    public String toString() {
        return "RemoteSocket[" + id + " in " + Quoted.of(namespace.name()) + "]";
    }
}
