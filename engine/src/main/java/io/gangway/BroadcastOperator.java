package io.gangway;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A choice of sockets, and how to reach them. Immutable, thread-safe, and good for any number of emits: the sockets are
 * chosen anew each time.
 */
public final class BroadcastOperator {
    private final Namespace namespace;
    private final Selection selection;
    private final Delivery delivery;
    private final Duration timeout;

    BroadcastOperator(Namespace namespace, Selection selection, Delivery delivery, Duration timeout) {
        this.namespace = namespace;
        this.selection = selection;
        this.delivery = delivery;
        this.timeout = timeout;
    }

    /** Those in any of these rooms, along with those in the rooms named before; a socket in two is reached once. */
    public BroadcastOperator to(String... rooms) {
        return new BroadcastOperator(namespace, selection.to(rooms), delivery, timeout);
    }

    /** Not those in any of these rooms; a socket's id is a room. */
    public BroadcastOperator except(String... rooms) {
        return new BroadcastOperator(namespace, selection.except(rooms), delivery, timeout);
    }

    /** Those of this engine alone, whatever other nodes there are. */
    public BroadcastOperator local() {
        return this;
    }

    /** Drops the event for each client to which it cannot be written at once. */
    public BroadcastOperator lossy() {
        return new BroadcastOperator(namespace, selection, Delivery.LOSSY, timeout);
    }

    /** Waits this long for answers. */
    public BroadcastOperator timeout(Duration timeout) {
        return new BroadcastOperator(namespace, selection, delivery, timeout);
    }

    /** Sends an event to all of them, serialised once. See {@link Socket#emit}. */
    public void emit(String event, @Nullable Object... arguments) {
        namespace.broadcast(selection, delivery, event, arguments);
    }

    /**
     * Sends an event to all of them and gathers their answers, for the engine's {@link EngineBuilder#ackTimeout} or that
     * of {@link #timeout}.
     *
     * @return what came and who is missing; completes early when all have answered or left, and never fails
     */
    public CompletableFuture<Replies> emitWithAck(String event, @Nullable Object... arguments) {
        return BroadcastAck.emit(namespace, selection, timeout, event, arguments);
    }

    /** Has all of them enter rooms. */
    public void socketsJoin(String... rooms) {
        namespace.rooms().select(selection, socket -> socket.join(rooms));
    }

    /** Has all of them leave rooms. */
    public void socketsLeave(String... rooms) {
        namespace.rooms().select(selection, socket -> socket.leave(rooms));
    }

    /** Takes all of them out of this namespace; their connections stay. */
    public void disconnectSockets() {
        namespace.rooms().select(selection, Socket::disconnect);
    }

    /** Closes the connections of all of them. */
    public void closeConnections() {
        namespace.rooms().select(selection, Socket::closeConnection);
    }
}
