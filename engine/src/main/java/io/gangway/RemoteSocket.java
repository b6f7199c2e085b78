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
 * A socket that may live on another node: what was known of it when {@link Namespace#fetchSockets} asked, and ways to reach
 * it. Immutable and thread-safe; whatever is done to it is done where it lives, if it is still there.
 */
public final class RemoteSocket {
    private final Namespace namespace;
    private final String id;
    private final Known known;

    /** What was known of the socket. */
    private record Known(Handshake handshake, Set<String> rooms, Payload data) {}

    /** Names no generic type: see GuessedConstructorTest. */
    private RemoteSocket(Namespace namespace, String id, Known known) {
        this.namespace = namespace;
        this.id = id;
        this.known = known;
    }

    static RemoteSocket of(Socket socket) {
        return new RemoteSocket(
                socket.namespace(),
                socket.id(),
                new Known(socket.handshake(), Set.copyOf(socket.rooms()), socket.sharedData()));
    }

    static RemoteSocket of(Namespace namespace, SocketSnapshot snapshot) {
        return new RemoteSocket(
                namespace,
                snapshot.id(),
                new Known(SharedHandshake.of(snapshot.handshake()), Set.copyOf(snapshot.rooms()), snapshot.data()));
    }

    /** {@return the socket's id} */
    public String id() {
        return id;
    }

    /**
     * {@return how its client introduced itself, as far as its node tells: see {@link EngineBuilder#shareHandshake}}
     */
    public Handshake handshake() {
        return known.handshake;
    }

    /** {@return the rooms it was in, that of its own id included} */
    public Set<String> rooms() {
        return known.rooms;
    }

    /**
     * What its application shares of it: {@link Socket#share}, and on a Node.js server {@code socket.data}.
     *
     * @param <T> the type of the value
     * @param type the type of the value
     * @return empty if nothing
     * @throws InvalidPayloadException if it does not fit the type
     */
    public <T> Optional<T> data(Class<T> type) {
        return data(TypeToken.get(type));
    }

    /**
     * What its application shares of it, as a type such as {@code new TypeToken<Map<String, Integer>>() {}}.
     *
     * @param <T> the type of the value
     * @param type the type of the value
     * @return empty if nothing
     * @throws InvalidPayloadException if it does not fit the type
     */
    public <T> Optional<T> data(TypeToken<T> type) {
        return new Arguments(
                        "the data of socket " + id, namespace.here().emissions().received(known.data))
                .find(0, type);
    }

    /**
     * See {@link Socket#emit}.
     *
     * @param event the event's name
     * @param arguments what the event carries
     */
    public void emit(String event, @Nullable Object... arguments) {
        self().emit(event, arguments);
    }

    /**
     * See {@link Socket#emitWithAck(String, Object...)}. Of a client of another node its first value comes. Fails with
     * {@link PartialResultException} if it is not here, and not all nodes could be asked.
     *
     * @param event the event's name
     * @param arguments what the event carries
     * @return what is answered
     */
    public CompletableFuture<Arguments> emitWithAck(String event, @Nullable Object... arguments) {
        return emitWithAck(namespace.limits().ackTimeout(), event, arguments);
    }

    /**
     * The same, waiting this long for the answer.
     *
     * @param timeout how long to wait for the ack
     * @param event the event's name
     * @param arguments what the event carries
     * @return what is answered
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
                    new TimeoutException("no node that was reached has " + this));
        }
        return new DisconnectedException(this + " left before it answered \"" + event + "\"");
    }

    /**
     * Has it enter rooms.
     *
     * @param rooms the names of rooms
     */
    public void join(String... rooms) {
        self().socketsJoin(rooms);
    }

    /**
     * Has it leave rooms.
     *
     * @param rooms the names of rooms
     */
    public void leave(String... rooms) {
        self().socketsLeave(rooms);
    }

    /** Takes it out of the namespace; its connection stays. */
    public void disconnect() {
        self().disconnectSockets();
    }

    /** Closes its connection. */
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
