package io.gangway;

import io.gangway.cluster.RoomNames;
import io.gangway.connection.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A choice of sockets, and how to reach them. Immutable, thread-safe, and good for any number of emits: the sockets are
 * chosen anew each time.
 */
public final class BroadcastOperator {
    private final Namespace namespace;
    private final Selection selection;
    private final Reach reach;
    private final Delivery delivery;
    private final @Nullable Duration timeout;

    BroadcastOperator(
            Namespace namespace, Selection selection, Reach reach, Delivery delivery, @Nullable Duration timeout) {
        this.namespace = namespace;
        this.selection = selection;
        this.reach = reach;
        this.delivery = delivery;
        this.timeout = timeout;
    }

    /**
     * Those in any of these rooms, along with those in the rooms named before; a socket in two is reached once. Naming
     * no room changes nothing, as in Node.js: where none is named at all, everyone is meant.
     *
     * @param rooms the names of rooms
     * @return a choice of the sockets in these rooms
     * @throws NullPointerException if a room is null
     * @throws IllegalArgumentException if a room has an empty name
     */
    public BroadcastOperator to(String... rooms) {
        return new BroadcastOperator(namespace, selection.to(rooms), reach, delivery, timeout);
    }

    /**
     * All sockets of a user, along with those in the rooms named before: see {@link Namespace#user}.
     *
     * @param user the user's name
     * @return a choice of the user's sockets
     */
    public BroadcastOperator user(String user) {
        return to(RoomNames.ofUser(user));
    }

    /**
     * Not those in any of these rooms; a socket's id is a room.
     *
     * @param rooms the names of rooms
     * @return a choice without the sockets in these rooms
     */
    public BroadcastOperator except(String... rooms) {
        return new BroadcastOperator(namespace, selection.except(rooms), reach, delivery, timeout);
    }

    /**
     * Those of this engine alone, whatever other nodes there are.
     *
     * @return a choice of this node's sockets
     */
    public BroadcastOperator local() {
        return new BroadcastOperator(namespace, selection, Reach.THIS_NODE, delivery, timeout);
    }

    /**
     * Drops the event for each client to which it cannot be written at once.
     *
     * @return the same, but lossy
     */
    public BroadcastOperator lossy() {
        return new BroadcastOperator(namespace, selection, reach, Delivery.LOSSY, timeout);
    }

    /**
     * Waits this long for answers, of clients and of nodes.
     *
     * @param timeout how long to wait for acks
     * @return the same, with this timeout
     * @throws IllegalArgumentException if it is more than 24 days
     */
    public BroadcastOperator timeout(Duration timeout) {
        return new BroadcastOperator(namespace, selection, reach, delivery, Waits.bounded("timeout", timeout));
    }

    /**
     * Sends an event to all of them, serialised once. See {@link Socket#emit}.
     *
     * @param event the event's name
     * @param arguments what the event carries
     */
    public void emit(String event, @Nullable Object... arguments) {
        namespace.broadcast(selection, reach, delivery, event, arguments);
    }

    /**
     * Sends an event to all of them and gathers their answers, for the engine's {@link EngineBuilder#ackTimeout} or that
     * of {@link #timeout}.
     *
     * @param event the event's name
     * @param arguments what the event carries
     * @return what came and who is missing; completes early when all have answered or left, and never fails
     */
    public CompletableFuture<Replies> emitWithAck(String event, @Nullable Object... arguments) {
        Duration patience = timeout != null ? timeout : namespace.limits().ackTimeout();
        return BroadcastAck.emit(namespace.here(), selection, namespace.bridge(reach), patience, event, arguments);
    }

    /**
     * Has all of them enter rooms.
     *
     * @param rooms the names of rooms
     * @throws NullPointerException if a room is null
     * @throws IllegalArgumentException if a room has an empty name, or is a user's: see {@link Socket#join}
     */
    public void socketsJoin(String... rooms) {
        Set<String> names = RoomNames.toEnter(rooms);
        namespace.here().rooms().select(selection, socket -> socket.enter(names));
        ClusterBridge elsewhere = namespace.bridge(reach);
        if (elsewhere != null) {
            elsewhere.join(selection, names);
        }
    }

    /**
     * Has all of them leave rooms.
     *
     * @param rooms the names of rooms
     * @throws NullPointerException if a room is null
     * @throws IllegalArgumentException if a room has an empty name, or is a user's
     */
    public void socketsLeave(String... rooms) {
        Set<String> names = RoomNames.toEnter(rooms);
        namespace.here().rooms().select(selection, socket -> socket.exit(names));
        ClusterBridge elsewhere = namespace.bridge(reach);
        if (elsewhere != null) {
            elsewhere.leave(selection, names);
        }
    }

    /** Takes all of them out of this namespace; their connections stay. */
    public void disconnectSockets() {
        namespace.here().rooms().select(selection, Member::disconnect);
        ClusterBridge elsewhere = namespace.bridge(reach);
        if (elsewhere != null) {
            elsewhere.disconnect(selection, false);
        }
    }

    /** Closes the connections of all of them. */
    public void closeConnections() {
        namespace.here().rooms().select(selection, Member::closeConnection);
        ClusterBridge elsewhere = namespace.bridge(reach);
        if (elsewhere != null) {
            elsewhere.disconnect(selection, true);
        }
    }

    /**
     * Asks all nodes which sockets these are now.
     *
     * @return completes on a thread that may block; fails with {@link PartialResultException}, which has what came, if a
     *     node does not answer within the engine's {@link Limits.Builder#nodeTimeout} or that of {@link #timeout}
     */
    public CompletableFuture<List<RemoteSocket>> fetchSockets() {
        return namespace.fetchSockets(selection, reach, timeout);
    }
}
