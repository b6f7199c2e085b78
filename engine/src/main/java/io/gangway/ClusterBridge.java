package io.gangway;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.Disconnect;
import io.gangway.cluster.ClusterMessage.Fetch;
import io.gangway.cluster.ClusterMessage.Join;
import io.gangway.cluster.ClusterMessage.Leave;
import io.gangway.cluster.ClusterMessage.ListRooms;
import io.gangway.cluster.ClusterMessage.Response;
import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.cluster.SessionStore;
import io.gangway.cluster.SocketSnapshot;
import io.gangway.cluster.Target;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import io.gangway.recovery.SharedHistory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Connects one namespace to the same namespace on the other nodes: publishes this node's operations, applies those of
 * other nodes, and keeps requests until they are answered. Thread-safe.
 *
 * <p>An operation is applied to this node's sockets before it is published, and never waits for that.
 */
final class ClusterBridge implements Cluster.Inbound {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final LocalNamespace namespace;
    private final Cluster cluster;
    private final UnaryOperator<Handshake> sharedHandshake;
    private final ServerEvents serverEvents;
    private final ClusterTraces traces;
    private final IncomingEvents incoming;
    private final UnsentMessages unsent;
    private final Map<String, ClusterRequest> requests = new ConcurrentHashMap<>();
    private final @Nullable EngineRecovery recovery;
    private volatile Cluster.@Nullable Channel channel;

    /**
     * @param sharedHandshake filters the handshakes that other nodes see
     * @param recovery gives clients back what they missed; null if none get it
     */
    ClusterBridge(
            LocalNamespace namespace,
            Cluster cluster,
            ServerEvents serverEvents,
            UnaryOperator<Handshake> sharedHandshake,
            ClusterTraces traces,
            @Nullable EngineRecovery recovery) {
        this.recovery = recovery;
        this.namespace = namespace;
        this.cluster = cluster;
        this.serverEvents = serverEvents;
        this.traces = traces;
        this.unsent = new UnsentMessages(namespace);
        this.incoming = new IncomingEvents(namespace, traces, this);
        this.sharedHandshake = sharedHandshake;
    }

    /** Joins the other nodes; called once each time the engine starts. */
    void open() {
        Cluster.Channel opened = cluster.open(namespace.name(), this);
        EngineRecovery recovers = recovery;
        if (recovers != null) {
            opened.sessions().ifPresent(store -> share(opened, store, recovers));
        }
        channel = opened;
    }

    private void share(Cluster.Channel opened, SessionStore store, EngineRecovery recovers) {
        SharedHistory history = recovers.history(store, namespace.threads()::completeOrRun);
        namespace.share(
                history,
                new RoundTrips(
                        namespace::deliver,
                        emission -> traces.emitted(emission.event()),
                        history,
                        opened,
                        recovers.deadlines(),
                        unsent));
    }

    void close() {
        Cluster.Channel open = channel;
        channel = null;
        namespace.stopSharing();
        if (open != null) {
            open.close();
        }
        abandon(new ClusterUnavailableException(namespace + " has left the cluster"));
    }

    // ---- messages to other nodes

    /** Sends an event to the selected sockets of all nodes, this one included. */
    void broadcast(Selection selection, Emission emission) {
        RoundTrips trips = namespace.trips();
        if (trips != null) {
            trips.emit(selection, emission);
        } else {
            namespace.deliver(selection, emission);
            say(Trip.broadcast(nodeId(), selection, emission, traces.emitted(emission.event())));
        }
    }

    void join(Selection selection, Set<String> rooms) {
        say(new Join(nodeId(), target(selection), rooms));
    }

    void leave(Selection selection, Set<String> rooms) {
        say(new Leave(nodeId(), target(selection), rooms));
    }

    void disconnect(Selection selection, boolean closes) {
        say(new Disconnect(nodeId(), target(selection), closes));
    }

    void tellServers(Elements event) {
        say(new ServerEvent(
                nodeId(),
                ElementsPayload.array(event),
                ClusterMessage.NO_REQUEST,
                traces.emitted(ServerEvents.nameOf(event))));
    }

    /**
     * A message that cannot be sent now is lost for the other nodes; the backend counts it, and nothing fails here. A
     * value that the wire format cannot express is logged, but not thrown, because this node's clients have received it
     * already.
     */
    private void say(ClusterMessage message) {
        RoundTrips trips = namespace.trips();
        Cluster.Channel open = channel;
        if (trips != null) {
            trips.say(message);
        } else if (open != null) {
            CompletionStage<String> unused = open.publish(message).exceptionally(failure -> {
                unsent.accept(message, Ack.unwrap(failure));
                return "";
            });
        }
    }

    /** Called when a room of this node got its first member, or lost its last. */
    CompletionStage<Void> roomChanged(String room) {
        Cluster.Channel open = channel;
        return open == null ? CompletableFuture.completedStage(null) : open.roomChanged(room);
    }

    // ---- requests to other nodes

    CompletionStage<Integer> nodeCount() {
        Cluster.Channel open = channel;
        return open == null ? CompletableFuture.failedStage(closed()) : open.nodeCount();
    }

    /** Requests acks from the other nodes' clients; the event is sent at once, to keep its place among other events. */
    Runnable ask(Selection selection, Emission emission, Duration timeout, ClusterRequest request) {
        String id = remember(request);
        Cluster.Channel open = channel;
        if (open == null) {
            request.onUnavailable(closed());
        } else {
            Broadcast broadcast = new Broadcast(
                    nodeId(),
                    target(selection),
                    ElementsPayload.array(emission.elements()),
                    false,
                    id,
                    timeout,
                    traces.emitted(emission.event()));
            failing(
                    open.publish(broadcast).whenComplete((offset, failure) -> {
                        if (failure != null) {
                            unsent.accept(broadcast, Ack.unwrap(failure));
                        }
                    }),
                    request);
            failing(open.nodeCount().thenAccept(count -> tell(() -> request.onNodes(count - 1))), request);
        }
        return () -> requests.remove(id);
    }

    Runnable fetch(Selection selection, ClusterRequest request) {
        return askOthers(request, id -> new Fetch(nodeId(), target(selection), id));
    }

    Runnable listRooms(ClusterRequest request) {
        return askOthers(request, id -> new ListRooms(nodeId(), id));
    }

    Runnable askServers(Elements event, ClusterRequest request) {
        Map<String, String> trace = traces.emitted(ServerEvents.nameOf(event)); // here, on the thread that emits
        return askOthers(request, id -> new ServerEvent(nodeId(), ElementsPayload.array(event), id, trace));
    }

    private interface Question {
        ClusterMessage as(String requestId);
    }

    /** Sends the request, unless there are no other nodes. */
    private Runnable askOthers(ClusterRequest request, Question question) {
        String id = remember(request);
        Cluster.Channel open = channel;
        if (open == null) {
            request.onUnavailable(closed());
        } else {
            failing(
                    open.nodeCount().thenCompose(count -> {
                        tell(() -> request.onNodes(Math.max(0, count - 1)));
                        return count > 1 ? open.publish(question.as(id)) : CompletableFuture.completedStage("");
                    }),
                    request);
        }
        return () -> requests.remove(id);
    }

    private void failing(CompletionStage<?> stage, ClusterRequest request) {
        CompletionStage<?> unused = stage.whenComplete((done, failure) -> {
            if (failure != null) {
                Throwable cause = Ack.unwrap(failure);
                tell(() -> request.onUnavailable(cause));
            }
        });
    }

    /** Runs {@code news} on a thread that the application's continuations may block, unlike the backend's threads. */
    private void tell(Runnable news) {
        namespace.threads().completeOrRun(news);
    }

    private String remember(ClusterRequest request) {
        // 16 random hexadecimal digits, like the Node.js adapters' ids.
        String id = HexFormat.of().toHexDigits(RANDOM.nextLong());
        requests.put(id, request);
        return id;
    }

    int pendingRequests() {
        return requests.size();
    }

    // ---- messages from other nodes

    @Override
    public void message(ClusterMessage message, String offset) {
        RoundTrips trips = namespace.trips();
        if (trips != null) {
            trips.heard();
        }
        if (message instanceof Broadcast broadcast) {
            incoming.event(broadcast, offset);
        } else if (message.isInHistory()) {
            incoming.command(message, offset);
        } else if (message instanceof Fetch fetch) {
            // On a handler thread: many sockets take a while, and the filter of handshakes is the application's code.
            tell(() -> respond(
                    fetch.from(),
                    new ClusterMessage.Fetched(nodeId(), fetch.requestId(), snapshots(selection(fetch.target())))));
        } else if (message instanceof ListRooms list) {
            respond(
                    list.from(),
                    new ClusterMessage.RoomsListed(
                            nodeId(), list.requestId(), namespace.rooms().all()));
        } else if (message instanceof ServerEvent event) {
            Elements elements = namespace.emissions().receivedEvent(event.event());
            serverEvents.add(elements, event.trace(), event.wantsReply() ? reply -> answer(event, reply) : null);
        } else if (message instanceof Response response) {
            ClusterRequest request = requests.get(response.requestId());
            if (request != null) {
                Elements value = incoming.value(response);
                tell(() -> request.onResponse(response, value));
            }
        }
    }

    private List<SocketSnapshot> snapshots(Selection selection) {
        List<SocketSnapshot> snapshots = new ArrayList<>();
        namespace.rooms().select(selection, socket -> snapshots.add(socket.snapshot(sharedHandshake)));
        return snapshots;
    }

    @Override
    public void published(ClusterMessage message, String offset) {
        RoundTrips trips = namespace.trips();
        if (trips != null) {
            trips.published(message, offset);
        }
    }

    @Override
    public Optional<String> holds(String privateId) {
        return namespace.history() instanceof SharedHistory shared ? shared.holds(privateId) : Optional.empty();
    }

    @Override
    public CompletionStage<SessionStore.Recall> recall(String privateId, Optional<String> user) {
        return namespace.history() instanceof SharedHistory shared
                ? shared.recall(privateId, user)
                : CompletableFuture.completedStage(SessionStore.Recall.NOT_HERE);
    }

    private void answer(ServerEvent event, Elements reply) {
        respond(
                event.from(),
                new ClusterMessage.ServerReply(nodeId(), event.requestId(), ElementsPayload.first(reply)));
    }

    void respond(String toNode, Response response) {
        Cluster.Channel open = channel;
        if (open != null) {
            open.respond(toNode, response);
        }
    }

    @Override
    public void linkChanged(boolean up) {
        RoundTrips trips = namespace.trips();
        if (up && trips != null) {
            trips.heard();
        }
        if (!up) {
            abandon(new ClusterUnavailableException("the connection to the other nodes broke"));
        }
    }

    private void abandon(ClusterUnavailableException cause) {
        List.copyOf(requests.values()).forEach(request -> tell(() -> request.onUnavailable(cause)));
    }

    @Override
    public boolean hasRoom(String room) {
        return namespace.rooms().has(room);
    }

    String nodeId() {
        Cluster.Channel open = channel;
        return open == null ? "" : open.nodeId();
    }

    private ClusterUnavailableException closed() {
        return new ClusterUnavailableException(namespace + " has not joined the cluster: start the engine first");
    }

    private static Target target(Selection selection) {
        return new Target(selection.rooms(), selection.except());
    }

    static Selection selection(Target target) {
        return new Selection(target.rooms(), target.except());
    }
}
