package io.gangway;

import io.gangway.cluster.RoomNames;
import io.gangway.connection.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A selection of sockets, and the options for reaching them. Immutable, thread-safe and reusable: each call selects the
 * sockets again.
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
     * Selects the sockets in any of these rooms, in addition to rooms named before; a socket in several rooms is
     * reached once. Without arguments nothing changes, as in Node.js: if no room is ever named, all sockets are
     * selected.
     *
     * @param rooms the names of rooms
     * @return an operator for these sockets
     * @throws NullPointerException if a room is null
     * @throws IllegalArgumentException if a room has an empty name
     */
    public BroadcastOperator to(String... rooms) {
        return new BroadcastOperator(namespace, selection.to(rooms), reach, delivery, timeout);
    }

    /**
     * Selects all sockets of a user, in addition to rooms named before. See {@link Namespace#user}.
     *
     * @param user the user's name
     * @return an operator for the user's sockets
     * @throws IllegalArgumentException if the name is empty
     */
    public BroadcastOperator user(String user) {
        return to(RoomNames.ofUser(user));
    }

    /**
     * Excludes the sockets in any of these rooms; each socket's id is a room too.
     *
     * @param rooms the names of rooms
     * @return an operator for the other sockets
     */
    public BroadcastOperator except(String... rooms) {
        return new BroadcastOperator(namespace, selection.except(rooms), reach, delivery, timeout);
    }

    /**
     * Selects only sockets of this engine, not those of other nodes.
     *
     * @return an operator for this node's sockets
     */
    public BroadcastOperator local() {
        return new BroadcastOperator(namespace, selection, Reach.THIS_NODE, delivery, timeout);
    }

    /**
     * Drops the event for each client to which it cannot be written at once.
     *
     * @return an operator for the same sockets, which drops such events
     */
    public BroadcastOperator lossy() {
        return new BroadcastOperator(namespace, selection, reach, Delivery.LOSSY, timeout);
    }

    /**
     * Selects the same sockets, and chooses what happens to the event for clients that read too slowly.
     *
     * @param slowClients disconnects these clients, or drops the event
     * @return an operator for the same sockets, with this choice
     */
    public BroadcastOperator whenSlow(SlowClients slowClients) {
        return new BroadcastOperator(namespace, selection, reach, slowClients.delivery(), timeout);
    }

    /**
     * Waits this long for answers of clients and nodes.
     *
     * @param timeout how long to wait
     * @return an operator for the same sockets, with this timeout
     * @throws IllegalArgumentException if the time is more than 24 days
     */
    public BroadcastOperator timeout(Duration timeout) {
        return new BroadcastOperator(namespace, selection, reach, delivery, Waits.bounded("timeout", timeout));
    }

    /**
     * Sends an event to all selected sockets, serialised once. See {@link Socket#emit}.
     *
     * @param event the event's name
     * @param arguments the event's arguments
     */
    public void emit(String event, @Nullable Object... arguments) {
        namespace.broadcast(selection, reach, delivery, event, arguments);
    }

    /**
     * Sends an event of which only the newest value counts, such as a position or a price: while a client has not been
     * written the last one of the same event and key, this one takes its place, so that a slow client gets the newest
     * value of each key and none in between. It keeps the place of the one that it replaces, and so may arrive before
     * events that were emitted between the two.
     *
     * <p>The key is not sent: if clients have to know it, pass it among the arguments. For at most
     * {@link Limits.Builder#maxLatestKeys} keys of a client; values of further keys wait like other events. Clients on
     * other nodes get every value.
     *
     * @param event the event's name
     * @param key the key; each event has its own keys
     * @param arguments the event's arguments
     * @throws IllegalArgumentException if the name is reserved, or an argument cannot be written
     */
    public void emitLatest(String event, String key, @Nullable Object... arguments) {
        namespace.broadcast(selection, reach, namespace.here().latest(event, key), event, arguments);
    }

    /**
     * Sends an event to all selected sockets and collects their acks, within the engine's
     * {@link EngineBuilder#ackTimeout} or that of {@link #timeout}.
     *
     * @param event the event's name
     * @param arguments the event's arguments
     * @return the acks received and the clients missing; completes early when all have answered or left, and never
     *     fails
     */
    public CompletableFuture<Replies> emitWithAck(String event, @Nullable Object... arguments) {
        Duration patience = timeout != null ? timeout : namespace.limits().ackTimeout();
        return BroadcastAck.emit(namespace.here(), selection, namespace.bridge(reach), patience, event, arguments);
    }

    /**
     * Adds all selected sockets to rooms. A socket for which that is more than a {@linkplain SocketLimits limit} allows
     * stays as it is; a warning in its node's log says so.
     *
     * @param rooms the names of rooms
     * @throws NullPointerException if a room is null
     * @throws IllegalArgumentException if a room has an empty name, or is a user's: see {@link Socket#join}
     */
    public void socketsJoin(String... rooms) {
        Set<String> names = RoomNames.toEnter(rooms);
        namespace.here().inOrder(() -> namespace.here().join(selection, names));
        ClusterBridge elsewhere = namespace.bridge(reach);
        if (elsewhere != null) {
            elsewhere.join(selection, names);
        }
    }

    /**
     * Removes all selected sockets from rooms.
     *
     * @param rooms the names of rooms
     * @throws NullPointerException if a room is null
     * @throws IllegalArgumentException if a room has an empty name, or is a user's
     */
    public void socketsLeave(String... rooms) {
        Set<String> names = RoomNames.toEnter(rooms);
        namespace.here().inOrder(() -> namespace.here().leave(selection, names));
        ClusterBridge elsewhere = namespace.bridge(reach);
        if (elsewhere != null) {
            elsewhere.leave(selection, names);
        }
    }

    /** Disconnects all selected sockets from this namespace; their connections stay open. */
    public void disconnectSockets() {
        namespace.here().inOrder(() -> namespace.here().disconnect(selection, false));
        ClusterBridge elsewhere = namespace.bridge(reach);
        if (elsewhere != null) {
            elsewhere.disconnect(selection, false);
        }
    }

    /** Closes the connections of all selected sockets. */
    public void closeConnections() {
        namespace.here().inOrder(() -> namespace.here().disconnect(selection, true));
        ClusterBridge elsewhere = namespace.bridge(reach);
        if (elsewhere != null) {
            elsewhere.disconnect(selection, true);
        }
    }

    /**
     * Fetches the selected sockets from all nodes.
     *
     * @return completes on a thread that may block; fails with {@link PartialResultException}, which has the sockets
     *     received, if a node does not answer within the engine's {@link Limits.Builder#nodeTimeout} or that of
     *     {@link #timeout}
     */
    public CompletableFuture<List<RemoteSocket>> fetchSockets() {
        return namespace.fetchSockets(selection, reach, timeout);
    }
}
