package io.gangway;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.SocketSnapshot;
import io.gangway.connection.Delivery;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import io.gangway.protocol.PacketCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A running namespace: its sockets and rooms, and ways to reach them. Thread-safe. */
public final class Namespace {
    private final Hall hall;
    private final String name;
    private final Pipeline pipeline;
    private final Emissions emissions;
    private final Rooms rooms = new Rooms();
    private final PendingAcks pendingAcks = new PendingAcks();
    private final BroadcastOperator everyone;
    private final @Nullable ClusterBridge bridge;

    /** How many clients are in or on their way in; a namespace of a rule goes when it is 0. Guarded by this. */
    private int clients;

    private boolean retired;
    private final boolean transientName;

    /** @param transientName whether it came into being by a rule, and goes when its last client leaves */
    Namespace(Hall hall, String name, Emissions emissions, Pipeline pipeline, boolean transientName) {
        this.hall = hall;
        this.name = name;
        this.emissions = emissions;
        this.pipeline = pipeline;
        this.transientName = transientName;
        this.everyone = new BroadcastOperator(this, Selection.ALL, Reach.EVERY_NODE, Delivery.RELIABLE, null);
        this.bridge = hall.cluster() == null ? null : new ClusterBridge(this, hall.cluster());
    }

    /** {@return the name, with its leading slash} */
    public String name() {
        return name;
    }

    // ---- the operators, for everyone in the namespace

    /**
     * Sends an event to everyone in the namespace, serialised once. See {@link Socket#emit}.
     *
     * @param event the event's name
     * @param arguments what the event carries
     */
    public void emit(String event, @Nullable Object... arguments) {
        everyone.emit(event, arguments);
    }

    /**
     * See {@link BroadcastOperator#emitWithAck}.
     *
     * @param event the event's name
     * @param arguments what the event carries
     * @return what is answered
     */
    public CompletableFuture<Replies> emitWithAck(String event, @Nullable Object... arguments) {
        return everyone.emitWithAck(event, arguments);
    }

    /**
     * Everyone in any of these rooms; a socket in two of them is reached once.
     *
     * @param rooms the names of rooms
     * @return a choice of the sockets in these rooms
     */
    public BroadcastOperator to(String... rooms) {
        return everyone.to(rooms);
    }

    /**
     * {@return all sockets of a user, as {@link Socket#signIn} said whose they are: the same as {@code to("user:" +
     * user)}}
     *
     * @param user the user's name
     */
    public BroadcastOperator user(String user) {
        return everyone.user(user);
    }

    /**
     * Everyone but those in any of these rooms; a socket's id is a room.
     *
     * @param rooms the names of rooms
     * @return a choice without the sockets in these rooms
     */
    public BroadcastOperator except(String... rooms) {
        return everyone.except(rooms);
    }

    /**
     * Everyone on this engine alone, whatever other nodes there are.
     *
     * @return a choice of this node's sockets
     */
    public BroadcastOperator local() {
        return everyone.local();
    }

    /**
     * Everyone, dropping the event for each client to which it cannot be written at once.
     *
     * @return the same, but lossy
     */
    public BroadcastOperator lossy() {
        return everyone.lossy();
    }

    /**
     * Everyone, waiting this long for answers.
     *
     * @param timeout how long to wait for acks
     * @return the same, with this timeout
     */
    public BroadcastOperator timeout(Duration timeout) {
        return everyone.timeout(timeout);
    }

    /**
     * See {@link BroadcastOperator#socketsJoin}.
     *
     * @param rooms the names of rooms
     */
    public void socketsJoin(String... rooms) {
        everyone.socketsJoin(rooms);
    }

    /**
     * See {@link BroadcastOperator#socketsLeave}.
     *
     * @param rooms the names of rooms
     */
    public void socketsLeave(String... rooms) {
        everyone.socketsLeave(rooms);
    }

    /** See {@link BroadcastOperator#disconnectSockets}. */
    public void disconnectSockets() {
        everyone.disconnectSockets();
    }

    /** See {@link BroadcastOperator#closeConnections}. */
    public void closeConnections() {
        everyone.closeConnections();
    }

    // ---- the other nodes

    /**
     * See {@link BroadcastOperator#fetchSockets}.
     *
     * @return the sockets
     */
    public CompletableFuture<List<RemoteSocket>> fetchSockets() {
        return everyone.fetchSockets();
    }

    /**
     * Sends an event to this namespace's other servers, for their {@link NamespaceBuilder#onServerEvent}; clients do not see
     * it. Never blocks, and never throws because another node is away.
     *
     * @param event the event's name
     * @param arguments what the event carries
     * @throws IllegalArgumentException if the name is reserved, or an argument cannot be written
     */
    public void serverSideEmit(String event, @Nullable Object... arguments) {
        Elements elements = emissions.elements(event, arguments);
        if (bridge != null) {
            bridge.tellServers(elements);
        }
    }

    /**
     * Sends an event to this namespace's other servers and gathers their answers.
     *
     * @param event the event's name
     * @param arguments what the event carries
     * @return one answer of each, its first value; completes on a thread that may block. Fails with
     *     {@link PartialResultException}, which has the {@code Arguments} that came, if a server does not answer within the
     *     engine's {@link Limits.Builder#nodeTimeout}, as one without a handler for the event does not
     */
    public CompletableFuture<List<Arguments>> serverSideEmitWithAck(String event, @Nullable Object... arguments) {
        Elements elements = emissions.elements(event, arguments);
        ClusterBridge others = bridge;
        if (others == null) {
            return CompletableFuture.completedFuture(List.of());
        }
        return Gathering.start(
                hall,
                hall.limits().nodeTimeout(),
                List.of(),
                (response, value) -> List.of(new Arguments("a server's answer to " + event, value)),
                request -> others.askServers(elements, request));
    }

    /**
     * How many nodes serve this namespace, this one included.
     *
     * @return fails with {@link PartialResultException}, whose partial result is 1, if the cluster cannot be reached
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
                        hall.threads()::completeOrRun);
    }

    /**
     * The rooms that sockets of any node are in, those of the sockets' own ids included.
     *
     * @return fails with {@link PartialResultException}, which has the names that came, if a node does not answer
     */
    public CompletableFuture<Set<String>> allRooms() {
        List<String> own = List.copyOf(rooms.all());
        ClusterBridge others = bridge;
        if (others == null) {
            return CompletableFuture.completedFuture(Set.copyOf(own));
        }
        return Gathering.start(
                        hall,
                        hall.limits().nodeTimeout(),
                        own,
                        (response, value) -> response instanceof ClusterMessage.RoomsListed listed
                                ? List.copyOf(listed.rooms())
                                : List.of(),
                        others::listRooms)
                .thenApply(Set::copyOf);
    }

    // ---- who is here

    /** {@return the sockets that are connected on this engine; the collection changes as they come and go} */
    public Collection<Socket> sockets() {
        return Collections.unmodifiableCollection(rooms.sockets().values());
    }

    /**
     * {@return the connected socket with this id}
     *
     * @param id the socket's id
     */
    public Optional<Socket> socket(String id) {
        return Optional.ofNullable(rooms.sockets().get(id));
    }

    /** {@return the rooms that sockets of this engine have joined, without those of the sockets' own ids} */
    public Set<String> roomNames() {
        return rooms.names();
    }

    // ---- for the hall

    Hall hall() {
        return hall;
    }

    Pipeline pipeline() {
        return pipeline;
    }

    Emissions emissions() {
        return emissions;
    }

    Rooms rooms() {
        return rooms;
    }

    PendingAcks pendingAcks() {
        return pendingAcks;
    }

    BroadcastOperator everyone() {
        return everyone;
    }

    /** The way to the other nodes, if there are any and they are meant. */
    @Nullable
    ClusterBridge bridge(Reach reach) {
        return reach == Reach.THIS_NODE ? null : bridge;
    }

    void broadcast(Selection selection, Reach reach, Delivery delivery, String event, @Nullable Object... arguments) {
        ClusterBridge elsewhere = bridge(reach);
        if (elsewhere == null) {
            deliver(selection, emissions.local(PacketCodec.NO_ACK, delivery, event, arguments));
        } else {
            Emission emission = emissions.shared(PacketCodec.NO_ACK, delivery, event, arguments);
            deliver(selection, emission);
            elsewhere.broadcast(selection, emission);
        }
    }

    /** Sends an event to the selected sockets of this node; frames are written after all sockets have been reached. */
    void deliver(Selection selection, Emission emission) {
        deliver(selection, emission, null);
    }

    /** @param answers receives the sockets' answers; null if the event asks for none */
    void deliver(Selection selection, Emission emission, PendingAcks.@Nullable Expectation answers) {
        hall.flusher().hold();
        try {
            rooms.select(
                    selection,
                    answers == null ? socket -> socket.send(emission) : socket -> ask(socket, emission, answers));
        } finally {
            hall.flusher().release();
        }
    }

    /** Sends an event to one socket, which may not be admitted yet. */
    void deliver(Socket socket, Emission emission, PendingAcks.@Nullable Expectation answers) {
        if (answers == null) {
            socket.send(emission);
        } else {
            ask(socket, emission, answers);
        }
    }

    private static void ask(Socket socket, Emission emission, PendingAcks.Expectation answers) {
        answers.onAsked(socket);
        if (socket.await(emission.ackId())) {
            socket.send(emission);
        } else {
            answers.onLeave(socket);
        }
    }

    CompletableFuture<List<RemoteSocket>> fetchSockets(Selection selection, Reach reach, @Nullable Duration timeout) {
        List<RemoteSocket> own = new ArrayList<>();
        rooms.select(selection, socket -> own.add(RemoteSocket.of(socket)));
        ClusterBridge others = bridge(reach);
        if (others == null) {
            return CompletableFuture.completedFuture(List.copyOf(own));
        }
        return Gathering.start(
                hall,
                timeout != null ? timeout : hall.limits().nodeTimeout(),
                own,
                (response, value) -> response instanceof ClusterMessage.Fetched fetched
                        ? fetched.sockets().stream()
                                .map(snapshot -> RemoteSocket.of(this, snapshot))
                                .toList()
                        : List.of(),
                request -> others.fetch(selection, request));
    }

    /** What other nodes are told of these sockets. */
    List<SocketSnapshot> snapshots(Selection selection) {
        List<SocketSnapshot> snapshots = new ArrayList<>();
        rooms.select(
                selection,
                socket -> snapshots.add(new SocketSnapshot(
                        socket.id(),
                        SharedHandshake.introduction(socket.handshake(), hall.sharedHandshake()),
                        socket.rooms(),
                        socket.sharedData())));
        return snapshots;
    }

    /** Joins the other nodes, if there are any. */
    void join() {
        if (bridge != null) {
            bridge.open();
        }
    }

    /** Leaves the other nodes. */
    void leave() {
        if (bridge != null) {
            bridge.close();
        }
    }

    /** Tells the other nodes of rooms that were opened or closed here; completes once messages for them come in. */
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

    /** A client comes; false if the namespace is gone. */
    synchronized boolean enter() {
        if (retired) {
            return false;
        }
        clients++;
        return true;
    }

    /** A client that {@link #enter}ed has left. */
    void exit() {
        boolean last;
        synchronized (this) {
            clients--;
            last = transientName && clients == 0 && !retired;
            retired |= last;
        }
        if (last) {
            hall.retire(this);
        }
    }

    @Override
    public String toString() {
        return "Namespace[" + Quoted.of(name) + "]";
    }
}
