package io.gangway;

import io.gangway.cluster.ClusterMessage;
import io.gangway.connection.Delivery;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import io.gangway.protocol.PacketCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A running namespace: its sockets and rooms, and the operations on them. Thread-safe. */
public final class Namespace {
    private final LocalNamespace local;
    private final @Nullable ClusterBridge bridge;
    private final Limits limits;
    private final @Nullable Retirement whenEmpty;
    private final BroadcastOperator everyone;

    // Guarded by this.
    /** The number of clients that have joined or are joining. */
    private int clients;

    private boolean retired;

    /** Removes a dynamic namespace after its last client has left. Named, not generic: see GuessedConstructorTest. */
    interface Retirement {
        void retire(Namespace namespace);
    }

    /**
     * @param bridge connects the other nodes; null without a cluster
     * @param whenEmpty runs once, when the last client leaves a dynamic namespace; null for a configured one
     */
    Namespace(LocalNamespace local, @Nullable ClusterBridge bridge, Limits limits, @Nullable Retirement whenEmpty) {
        this.local = local;
        this.bridge = bridge;
        this.limits = limits;
        this.whenEmpty = whenEmpty;
        this.everyone = new BroadcastOperator(this, Selection.ALL, Reach.EVERY_NODE, local.delivery(), null);
    }

    /** {@return the name, with its leading slash} */
    public String name() {
        return local.name();
    }

    /**
     * {@return the label under which {@link Engine#stats()} counts this namespace: its name, or for a dynamic namespace what
     * stands for all those of its rule, the rule's pattern or {@code (dynamic)}}
     */
    public String label() {
        return local.counts().label();
    }

    // ---- operations on all sockets of the namespace

    /**
     * Sends an event to all sockets of the namespace, serialised once. See {@link Socket#emit}.
     *
     * @param event the event's name
     * @param arguments the event's arguments
     */
    public void emit(String event, @Nullable Object... arguments) {
        everyone.emit(event, arguments);
    }

    /**
     * Sends an event of which only the newest value counts to all sockets of the namespace. See
     * {@link BroadcastOperator#emitLatest}.
     *
     * @param event the event's name
     * @param key the key; each event has its own keys
     * @param arguments the event's arguments
     */
    public void emitLatest(String event, String key, @Nullable Object... arguments) {
        everyone.emitLatest(event, key, arguments);
    }

    /**
     * Sends an event to all sockets of the namespace and collects their acks. See {@link
     * BroadcastOperator#emitWithAck}.
     *
     * @param event the event's name
     * @param arguments the event's arguments
     * @return the acks received and the clients missing; never fails
     */
    public CompletableFuture<Replies> emitWithAck(String event, @Nullable Object... arguments) {
        return everyone.emitWithAck(event, arguments);
    }

    /**
     * Selects the sockets in any of these rooms; a socket in several of them is reached once.
     *
     * @param rooms the names of rooms
     * @return an operator for these sockets
     */
    public BroadcastOperator to(String... rooms) {
        return everyone.to(rooms);
    }

    /**
     * Selects all sockets on which this user has {@linkplain Socket#signIn signed in}, on all nodes: the same as
     * {@code to("user:" + user)}.
     *
     * @param user the user's name
     * @return an operator for the user's sockets
     * @throws IllegalArgumentException if the name is empty
     */
    public BroadcastOperator user(String user) {
        return everyone.user(user);
    }

    /**
     * Selects all sockets except those in any of these rooms; each socket's id is a room too.
     *
     * @param rooms the names of rooms
     * @return an operator for the other sockets
     */
    public BroadcastOperator except(String... rooms) {
        return everyone.except(rooms);
    }

    /**
     * Selects only the sockets of this engine, not those of other nodes.
     *
     * @return an operator for this node's sockets
     */
    public BroadcastOperator local() {
        return everyone.local();
    }

    /**
     * Selects all sockets, and drops the event for each client to which it cannot be written at once.
     *
     * @return an operator for all sockets, which drops such events
     */
    public BroadcastOperator lossy() {
        return everyone.lossy();
    }

    /**
     * Selects all sockets, and chooses what happens to the event for clients that read too slowly.
     *
     * @param slowClients disconnects these clients, or drops the event
     * @return an operator for all sockets, with this choice
     */
    public BroadcastOperator whenSlow(SlowClients slowClients) {
        return everyone.whenSlow(slowClients);
    }

    /**
     * Selects all sockets, and waits this long for answers.
     *
     * @param timeout how long to wait
     * @return an operator for all sockets, with this timeout
     */
    public BroadcastOperator timeout(Duration timeout) {
        return everyone.timeout(timeout);
    }

    /**
     * Adds all sockets to rooms. See {@link BroadcastOperator#socketsJoin}.
     *
     * @param rooms the names of rooms
     */
    public void socketsJoin(String... rooms) {
        everyone.socketsJoin(rooms);
    }

    /**
     * Removes all sockets from rooms. See {@link BroadcastOperator#socketsLeave}.
     *
     * @param rooms the names of rooms
     */
    public void socketsLeave(String... rooms) {
        everyone.socketsLeave(rooms);
    }

    /** Disconnects all sockets from this namespace. See {@link BroadcastOperator#disconnectSockets}. */
    public void disconnectSockets() {
        everyone.disconnectSockets();
    }

    /** Closes the connections of all sockets. See {@link BroadcastOperator#closeConnections}. */
    public void closeConnections() {
        everyone.closeConnections();
    }

    // ---- the other nodes

    /**
     * Fetches all sockets from all nodes. See {@link BroadcastOperator#fetchSockets}.
     *
     * @return what {@link BroadcastOperator#fetchSockets} returns
     */
    public CompletableFuture<List<RemoteSocket>> fetchSockets() {
        return everyone.fetchSockets();
    }

    /**
     * Sends an event to this namespace's other servers, for their {@link NamespaceBuilder#onServerEvent}; clients do
     * not receive it. Never blocks, and never throws because another node is unreachable.
     *
     * @param event the event's name
     * @param arguments the event's arguments
     * @throws IllegalArgumentException if the name is reserved, or an argument cannot be written
     */
    public void serverSideEmit(String event, @Nullable Object... arguments) {
        Elements elements = local.emissions().elements(event, arguments);
        if (bridge != null) {
            bridge.tellServers(elements);
        }
    }

    /**
     * Sends an event to this namespace's other servers and collects their answers.
     *
     * @param event the event's name
     * @param arguments the event's arguments
     * @return the first value of each server's answer; completes on a thread that may block. Fails with
     *     {@link PartialResultException}, which has the {@code Arguments} received, if a server does not answer within
     *     the engine's {@link Limits.Builder#nodeTimeout}, for example because it has no handler for the event
     */
    public CompletableFuture<List<Arguments>> serverSideEmitWithAck(String event, @Nullable Object... arguments) {
        Elements elements = local.emissions().elements(event, arguments);
        ClusterBridge others = bridge;
        if (others == null) {
            return CompletableFuture.completedFuture(List.of());
        }
        return Gathering.start(
                local.threads(),
                limits.nodeTimeout(),
                List.of(),
                (response, value) -> List.of(new Arguments("a server's answer to " + event, value)),
                request -> others.askServers(elements, request));
    }

    /**
     * The number of nodes that serve this namespace, including this one.
     *
     * @return the number; fails with {@link PartialResultException}, whose partial result is 1, if the cluster cannot
     *     be reached
     */
    public CompletableFuture<Integer> nodeCount() {
        if (bridge == null) {
            return CompletableFuture.completedFuture(1);
        }
        return bridge.nodeCount()
                .toCompletableFuture()
                .handleAsync(
                        (count, failure) -> {
                            if (failure != null) {
                                throw PartialResultException.unreachable(List.of(1), 1, Ack.unwrap(failure));
                            }
                            return count;
                        },
                        local.threads()::completeOrRun);
    }

    /**
     * The rooms of all nodes' sockets, including those named after the sockets' ids.
     *
     * @return the names; fails with {@link PartialResultException}, which has the names received, if a node does not
     *     answer
     */
    public CompletableFuture<Set<String>> allRooms() {
        List<String> own = List.copyOf(local.rooms().all());
        ClusterBridge others = bridge;
        if (others == null) {
            return CompletableFuture.completedFuture(Set.copyOf(own));
        }
        return Gathering.start(
                        local.threads(),
                        limits.nodeTimeout(),
                        own,
                        (response, value) -> response instanceof ClusterMessage.RoomsListed listed
                                ? List.copyOf(listed.rooms())
                                : List.of(),
                        others::listRooms)
                .thenApply(Set::copyOf);
    }

    // ---- sockets and rooms of this engine

    /** {@return the sockets that are connected on this engine; the collection changes as they come and go} */
    public Collection<Socket> sockets() {
        return Collections.unmodifiableCollection(byId().values());
    }

    /**
     * {@return the connected socket with this id}
     *
     * @param id the socket's id
     */
    public Optional<Socket> socket(String id) {
        return Optional.ofNullable(byId().get(id));
    }

    /** Every member is a socket, because no other class extends {@link Member}. */
    @SuppressWarnings("unchecked")
    private Map<String, Socket> byId() {
        return (Map<String, Socket>) (Map<String, ?>) local.rooms().sockets();
    }

    /** {@return the rooms that sockets of this engine have joined, without those of the sockets' own ids} */
    public Set<String> roomNames() {
        return local.rooms().names();
    }

    // ---- for the hall

    LocalNamespace here() {
        return local;
    }

    Limits limits() {
        return limits;
    }

    BroadcastOperator everyone() {
        return everyone;
    }

    /** The bridge to the other nodes; null without a cluster, or if only this node is selected. */
    @Nullable
    ClusterBridge bridge(Reach reach) {
        return reach == Reach.THIS_NODE ? null : bridge;
    }

    void broadcast(Selection selection, Reach reach, Delivery delivery, String event, @Nullable Object... arguments) {
        ClusterBridge elsewhere = bridge(reach);
        if (elsewhere == null) {
            Emission emission = local.emissions().local(PacketCodec.NO_ACK, delivery, event, arguments);
            local.inOrder(() -> local.deliver(selection, emission));
        } else {
            elsewhere.broadcast(selection, local.emissions().shared(PacketCodec.NO_ACK, delivery, event, arguments));
        }
    }

    CompletableFuture<List<RemoteSocket>> fetchSockets(Selection selection, Reach reach, @Nullable Duration timeout) {
        List<RemoteSocket> own = new ArrayList<>();
        local.rooms().select(selection, member -> own.add(RemoteSocket.of((Socket) member)));
        ClusterBridge others = bridge(reach);
        if (others == null) {
            return CompletableFuture.completedFuture(List.copyOf(own));
        }
        return Gathering.start(
                local.threads(),
                timeout != null ? timeout : limits.nodeTimeout(),
                own,
                (response, value) -> response instanceof ClusterMessage.Fetched fetched
                        ? fetched.sockets().stream()
                                .map(snapshot -> RemoteSocket.of(this, snapshot))
                                .toList()
                        : List.of(),
                request -> others.fetch(selection, request));
    }

    /** Joins the cluster, if one is configured. */
    void join() {
        if (bridge != null) {
            bridge.open();
        }
    }

    /** Leaves the cluster. */
    void leave() {
        if (bridge != null) {
            bridge.close();
        }
    }

    /** Tells the cluster about rooms that were opened or closed here; completes once messages for them are received. */
    CompletionStage<Void> roomsChanged(Collection<String> changed) {
        if (bridge == null || changed.isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        return CompletableFuture.allOf(changed.stream()
                .map(room -> bridge.roomChanged(room).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }

    int pendingRequests() {
        return bridge == null ? 0 : bridge.pendingRequests();
    }

    /** Counts a joining client; false if the namespace has been removed. */
    synchronized boolean enter() {
        if (retired) {
            return false;
        }
        clients++;
        return true;
    }

    /** Counts the leaving of a client that {@link #enter}ed. */
    void exit() {
        boolean last;
        synchronized (this) {
            clients--;
            last = whenEmpty != null && clients == 0 && !retired;
            retired |= last;
        }
        if (last && whenEmpty != null) {
            whenEmpty.retire(this);
        }
    }

    @Override
    public String toString() {
        return local.toString();
    }
}
