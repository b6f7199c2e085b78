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
import io.gangway.cluster.SocketSnapshot;
import io.gangway.cluster.Target;
import io.gangway.connection.Delivery;
import io.gangway.logs.SparingLog;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import io.gangway.protocol.PacketCodec;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Connects one namespace to the same namespace on the other nodes: publishes this node's operations, applies those of
 * other nodes, and keeps requests until they are answered. Thread-safe.
 *
 * <p>An operation is applied to this node's sockets before it is published, and never waits for that.
 */
final class ClusterBridge implements Cluster.Inbound {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(ClusterBridge.class));
    private static final SecureRandom RANDOM = new SecureRandom();

    private final LocalNamespace namespace;
    private final Cluster cluster;
    private final UnaryOperator<Handshake> sharedHandshake;
    private final ServerEvents serverEvents;
    private final ClusterTraces traces;
    private final Map<String, ClusterRequest> requests = new ConcurrentHashMap<>();
    private volatile Cluster.@Nullable Channel channel;

    /** @param sharedHandshake filters the handshakes that other nodes see */
    ClusterBridge(
            LocalNamespace namespace,
            Cluster cluster,
            ServerEvents serverEvents,
            UnaryOperator<Handshake> sharedHandshake,
            ClusterTraces traces) {
        this.namespace = namespace;
        this.cluster = cluster;
        this.serverEvents = serverEvents;
        this.traces = traces;
        this.sharedHandshake = sharedHandshake;
    }

    /** Joins the other nodes; called once each time the engine starts. */
    void open() {
        channel = cluster.open(namespace.name(), this);
    }

    void close() {
        Cluster.Channel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
        abandon(new ClusterUnavailableException(namespace + " has left the cluster"));
    }

    // ---- messages to other nodes

    void broadcast(Selection selection, Emission emission) {
        say(new Broadcast(
                nodeId(),
                target(selection),
                ElementsPayload.array(emission.elements()),
                emission.delivery().isLossy(),
                ClusterMessage.NO_REQUEST,
                Duration.ZERO,
                traces.emitted(emission.event())));
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
        Cluster.Channel open = channel;
        if (open != null) {
            CompletionStage<String> unused = open.publish(message).exceptionally(failure -> {
                logUnwritable(message, Ack.unwrap(failure));
                return "";
            });
        }
    }

    private void logUnwritable(ClusterMessage message, Throwable cause) {
        if (cause instanceof IllegalArgumentException) {
            sparing.error(
                    cause,
                    "cannot encode a {} of {} for the other nodes; only this node's clients received it",
                    message.getClass().getSimpleName(),
                    namespace);
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
                            logUnwritable(broadcast, Ack.unwrap(failure));
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
        if (message instanceof Broadcast broadcast) {
            onBroadcast(broadcast);
        } else if (message instanceof Join join) {
            namespace.join(selection(join.target()), join.rooms());
        } else if (message instanceof Leave leave) {
            namespace.leave(selection(leave.target()), leave.rooms());
        } else if (message instanceof Disconnect disconnect) {
            namespace.disconnect(selection(disconnect.target()), disconnect.closes());
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
                Elements value = value(response);
                tell(() -> request.onResponse(response, value));
            }
        }
    }

    private List<SocketSnapshot> snapshots(Selection selection) {
        List<SocketSnapshot> snapshots = new ArrayList<>();
        namespace.rooms().select(selection, socket -> snapshots.add(socket.snapshot(sharedHandshake)));
        return snapshots;
    }

    private void onBroadcast(Broadcast broadcast) {
        Selection selection = selection(broadcast.target());
        if (!namespace.rooms().hasAny(selection)) {
            if (broadcast.wantsAcks()) {
                respond(broadcast.from(), new ClusterMessage.ClientCount(nodeId(), broadcast.requestId(), 0));
            }
            return;
        }
        Delivery delivery = broadcast.lossy() ? Delivery.LOSSY : namespace.delivery();
        long ackId = broadcast.wantsAcks() ? namespace.pendingAcks().nextId() : PacketCodec.NO_ACK;
        Emission emission = namespace.emissions().received(ackId, delivery, broadcast.event());
        if (broadcast.trace().isEmpty()) {
            deliver(selection, emission, broadcast);
        } else {
            traces.deliver(broadcast.trace(), emission.event(), () -> deliver(selection, emission, broadcast));
        }
    }

    private void deliver(Selection selection, Emission emission, Broadcast broadcast) {
        if (broadcast.wantsAcks()) {
            ServedBroadcast.serve(namespace, selection, emission, broadcast, this);
        } else {
            namespace.deliver(selection, emission);
        }
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

    private Elements value(Response response) {
        if (response instanceof ClusterMessage.ClientAck ack) {
            return namespace.emissions().received(ack.value());
        }
        if (response instanceof ClusterMessage.ServerReply reply) {
            return namespace.emissions().received(reply.value());
        }
        return namespace.emissions().none();
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

    private static Selection selection(Target target) {
        return new Selection(target.rooms(), target.except());
    }
}
