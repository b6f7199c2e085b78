package io.gangway.redis;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.ClientAck;
import io.gangway.cluster.ClusterMessage.ClientCount;
import io.gangway.cluster.ClusterMessage.Disconnect;
import io.gangway.cluster.ClusterMessage.Fetch;
import io.gangway.cluster.ClusterMessage.Fetched;
import io.gangway.cluster.ClusterMessage.Join;
import io.gangway.cluster.ClusterMessage.Leave;
import io.gangway.cluster.ClusterMessage.ListRooms;
import io.gangway.cluster.ClusterMessage.RoomsListed;
import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.cluster.ClusterMessage.ServerReply;
import io.gangway.cluster.SocketSnapshot;
import io.gangway.cluster.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The wire format of createAdapter of {@code @socket.io/redis-adapter}, which NestJS users know: plain pub/sub, with
 * broadcasts, requests and responses each on channels of their own.
 *
 * <p>Broadcasts, and what of the requests and responses may carry clients' values, are MessagePack; the rest is JSON, where
 * binary data takes the form of {@link BufferForm}. Answers tell their node in a field {@code uid} of ours, which Node.js
 * servers ignore and do not send.
 */
final class ClassicFormat implements WireFormat {
    private static final int SOCKETS = 0;
    private static final int ALL_ROOMS = 1;
    private static final int REMOTE_JOIN = 2;
    private static final int REMOTE_LEAVE = 3;
    private static final int REMOTE_DISCONNECT = 4;
    private static final int REMOTE_FETCH = 5;
    private static final int SERVER_SIDE_EMIT = 6;
    private static final int BROADCAST = 7;
    private static final int BROADCAST_CLIENT_COUNT = 8;
    private static final int BROADCAST_ACK = 9;

    /** Before the request id of a question for sockets whose answer names nothing but their ids. */
    private static final String IDS = "ids:";

    private final Options options;
    private final String namespace;
    private final String nodeId;
    private final String broadcasts;
    private final String requests;
    private final String responses;
    /** How this node's own broadcasts begin. */
    private final byte[] ownStart;
    /** How this node's own answers end, if they are JSON. */
    private final byte[] ownEnd;

    /** Where a node answers. */
    enum Answers {
        /** To all nodes at once, as the Node.js adapter does by default. */
        SHARED,
        /** To the asking node alone, but for answers to server-side events. */
        SPECIFIC
    }

    /** @param key what the names of all channels begin with */
    record Options(String key, BroadcastSubscription subscription, Answers answers) {
        /** The Node.js adapter's defaults. */
        static final Options DEFAULT = new Options("socket.io", BroadcastSubscription.PATTERN, Answers.SHARED);
    }

    ClassicFormat(Options options, String namespace, String nodeId) {
        this.options = options;
        this.namespace = namespace;
        this.nodeId = nodeId;
        this.broadcasts = options.key() + "#" + namespace + "#";
        this.requests = options.key() + "-request#" + namespace + "#";
        this.responses = options.key() + "-response#" + namespace + "#";
        byte[] start = MessagePackWriter.write(List.of(nodeId, 0, 0));
        this.ownStart = Arrays.copyOf(start, start.length - 2);
        this.ownEnd = Utf8.bytes(",\"uid\":\"" + nodeId + "\"}");
    }

    // ---- where

    @Override
    public List<Subscription> subscriptions() {
        Subscription all = options.subscription() == BroadcastSubscription.PATTERN
                ? new Subscription(Subscription.Kind.PATTERN, escaped(broadcasts) + "*")
                : channel(broadcasts);
        return List.of(all, channel(responses), channel(responses + nodeId + "#"), counted());
    }

    /** The pattern of the channels by which the nodes of all namespaces are counted. */
    static String requests(String key) {
        return escaped(key + "-request#") + "*";
    }

    private static Subscription channel(String channel) {
        return new Subscription(Subscription.Kind.CHANNEL, channel);
    }

    /** The pattern that only this text matches. */
    private static String escaped(String text) {
        return text.replaceAll("[*?\\[\\]\\\\^]", "\\\\$0");
    }

    @Override
    public @Nullable Subscription subscription(String room) {
        return options.subscription() == BroadcastSubscription.ROOMS ? channel(broadcasts + room + "#") : null;
    }

    @Override
    public Subscription counted() {
        return channel(requests);
    }

    @Override
    public @Nullable String room(String channel) {
        boolean one = channel.startsWith(broadcasts) && channel.length() > broadcasts.length() && channel.endsWith("#");
        return one ? channel.substring(broadcasts.length(), channel.length() - 1) : null;
    }

    // ---- out

    @Override
    public Subscription destination(ClusterMessage message) {
        return channel(
                message instanceof Broadcast broadcast && !broadcast.wantsAcks()
                        ? channelFor(broadcast.target())
                        : requests);
    }

    @Override
    public Outgoing publish(ClusterMessage message) {
        if (message instanceof Broadcast broadcast) {
            return broadcast(broadcast);
        }
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("uid", nodeId);
        if (message instanceof Join join) {
            request.put("type", REMOTE_JOIN);
            request.put("opts", Opts.of(join.target()));
            request.put("rooms", join.rooms());
        } else if (message instanceof Leave leave) {
            request.put("type", REMOTE_LEAVE);
            request.put("opts", Opts.of(leave.target()));
            request.put("rooms", leave.rooms());
        } else if (message instanceof Disconnect disconnect) {
            request.put("type", REMOTE_DISCONNECT);
            request.put("opts", Opts.of(disconnect.target()));
            request.put("close", disconnect.closes());
        } else if (message instanceof Fetch fetch) {
            request.put("requestId", fetch.requestId());
            request.put("type", REMOTE_FETCH);
            request.put("opts", Opts.of(fetch.target()));
        } else if (message instanceof ListRooms list) {
            request.put("requestId", list.requestId());
            request.put("type", ALL_ROOMS);
        } else if (message instanceof ServerEvent event) {
            if (event.wantsReply()) {
                request.put("requestId", event.requestId());
            }
            request.put("type", SERVER_SIDE_EMIT);
            request.put("data", Events.toText(event.event()));
        } else {
            throw new IllegalArgumentException(message + " is an answer to one node, and not said to all");
        }
        return publish(requests, Utf8.bytes(PlainJson.write(request)));
    }

    private Outgoing broadcast(Broadcast broadcast) {
        Map<String, Object> packet = new LinkedHashMap<>();
        packet.put("type", Events.PACKET_TYPE);
        packet.put("data", Events.toValue(broadcast.event()));
        packet.put("nsp", namespace);
        Map<String, Object> opts = Opts.of(broadcast);
        if (!broadcast.wantsAcks()) {
            return publish(channelFor(broadcast.target()), MessagePackWriter.write(List.of(nodeId, packet, opts)));
        }
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("uid", nodeId);
        request.put("requestId", broadcast.requestId());
        request.put("type", BROADCAST);
        request.put("packet", packet);
        request.put("opts", opts);
        return publish(requests, MessagePackWriter.write(request));
    }

    private String channelFor(Target target) {
        Set<String> rooms = target.rooms();
        return rooms.size() == 1 ? broadcasts + rooms.iterator().next() + "#" : broadcasts;
    }

    @Override
    public Outgoing respond(String toNode, ClusterMessage message) {
        String channel = responses(toNode);
        Map<String, Object> response = new LinkedHashMap<>();
        if (message instanceof Fetched fetched && fetched.requestId().startsWith(IDS)) {
            response.put("requestId", fetched.requestId().substring(IDS.length()));
            response.put(
                    "sockets",
                    fetched.sockets().stream().map(SocketSnapshot::id).toList());
        } else if (message instanceof Fetched fetched) {
            response.put("requestId", fetched.requestId());
            response.put("sockets", Snapshots.write(fetched.sockets()));
        } else if (message instanceof RoomsListed listed) {
            response.put("requestId", listed.requestId());
            response.put("rooms", listed.rooms());
        } else if (message instanceof ServerReply reply) {
            channel = responses; // a Node.js server expects it nowhere else
            response.put("type", SERVER_SIDE_EMIT);
            response.put("requestId", reply.requestId());
            response.put("data", reply.value());
        } else if (message instanceof ClientCount count) {
            response.put("type", BROADCAST_CLIENT_COUNT);
            response.put("requestId", count.requestId());
            response.put("clientCount", count.clients());
        } else if (message instanceof ClientAck ack) {
            response.put("type", BROADCAST_ACK);
            response.put("requestId", ack.requestId());
            response.put("packet", ack.value());
        } else {
            throw new IllegalArgumentException(message + " answers nothing");
        }
        response.put("uid", nodeId);
        boolean binary = message instanceof ClientAck;
        return publish(channel, binary ? MessagePackWriter.write(response) : Utf8.bytes(PlainJson.write(response)));
    }

    private String responses(String toNode) {
        boolean specific = options.answers() == Answers.SPECIFIC && !toNode.isEmpty();
        return specific ? responses + toNode + "#" : responses;
    }

    private static Outgoing publish(String channel, byte[] body) {
        return new Outgoing.Publish(Subscription.Kind.CHANNEL, channel, body);
    }

    // ---- in

    @Override
    public @Nullable ClusterMessage read(String channel, byte[] body) throws MalformedMessageException {
        if (channel.startsWith(broadcasts)) {
            return isOwn(body) ? null : broadcast(MessagePackReader.read(body));
        }
        if (channel.equals(requests)) {
            Fields request = Fields.read(body);
            String from = request.text("uid", "");
            return from.equals(nodeId) ? null : request(from, request);
        }
        if (channel.startsWith(responses)) {
            if (isOwnAnswer(body)) {
                return null;
            }
            Fields response = Fields.read(body);
            String from = response.text("uid", "");
            return from.equals(nodeId) ? null : response(from, response);
        }
        throw new MalformedMessageException("a channel that is not of this namespace");
    }

    private boolean isOwn(byte[] body) {
        return body.length > ownStart.length && Arrays.equals(body, 0, ownStart.length, ownStart, 0, ownStart.length);
    }

    /** All nodes hear all answers, and one that tells of many sockets is long. */
    private boolean isOwnAnswer(byte[] body) {
        int start = body.length - ownEnd.length;
        return start > 0 && Arrays.equals(body, start, body.length, ownEnd, 0, ownEnd.length);
    }

    private @Nullable ClusterMessage broadcast(@Nullable Object body) throws MalformedMessageException {
        if (!(body instanceof List<?> parts) || parts.size() < 3) {
            throw new MalformedMessageException("a broadcast is not [uid, packet, opts]");
        }
        // Emitters are no nodes: what they are called, and in which type, does not matter.
        String from = parts.get(0) instanceof String uid ? uid : "";
        return from.equals(nodeId)
                ? null
                : broadcast(
                        from,
                        ClusterMessage.NO_REQUEST,
                        Fields.MapFields.of(parts.get(1), "packet"),
                        Fields.MapFields.of(parts.get(2), "opts"));
    }

    /** The pattern of one namespace matches channels of others; the packet knows. */
    private @Nullable ClusterMessage broadcast(String from, String requestId, Fields packet, Fields opts)
            throws MalformedMessageException {
        if (!packet.text("nsp", "/").equals(namespace)) {
            return null;
        }
        return new Broadcast(
                from,
                Opts.target(opts),
                Events.inPacket(packet),
                Opts.lossy(opts),
                requestId,
                requestId.equals(ClusterMessage.NO_REQUEST) ? Duration.ZERO : Opts.timeout(opts));
    }

    private @Nullable ClusterMessage request(String from, Fields request) throws MalformedMessageException {
        int type = request.number("type");
        return switch (type) {
            case SOCKETS ->
                new Fetch(from, new Target(request.rooms("rooms"), Set.of()), IDS + request.text("requestId"));
            case ALL_ROOMS -> new ListRooms(from, request.text("requestId"));
            case REMOTE_JOIN -> new Join(from, target(request), rooms(request));
            case REMOTE_LEAVE -> new Leave(from, target(request), rooms(request));
            case REMOTE_DISCONNECT -> new Disconnect(from, target(request), request.isSet("close"));
            case REMOTE_FETCH -> new Fetch(from, Opts.target(request.fields("opts")), request.text("requestId"));
            case SERVER_SIDE_EMIT ->
                new ServerEvent(
                        from,
                        Events.ofValue(BufferForm.revive(request.value("data"))),
                        request.text("requestId", ClusterMessage.NO_REQUEST));
            case BROADCAST ->
                broadcast(from, request.text("requestId"), request.fields("packet"), request.fields("opts"));
            default -> throw new MalformedMessageException("unknown request type " + type);
        };
    }

    /** Adapters before version 7 name one socket instead, and one room. */
    private static Target target(Fields request) throws MalformedMessageException {
        return request.has("opts")
                ? Opts.target(request.fields("opts"))
                : new Target(Set.of(request.text("sid")), Set.of());
    }

    private static Set<String> rooms(Fields request) throws MalformedMessageException {
        return request.has("opts") ? request.rooms("rooms") : Set.of(request.room("room"));
    }

    /** Those that name one socket are waited for; of the answer its request id is all that counts. */
    @Override
    public @Nullable Confirmation confirmation(ClusterMessage request, byte[] body) throws MalformedMessageException {
        if (!(request instanceof Join || request instanceof Leave || request instanceof Disconnect)) {
            return null;
        }
        Fields fields = Fields.read(body);
        String requestId = fields.text("requestId", ClusterMessage.NO_REQUEST);
        if (fields.has("opts") || requestId.equals(ClusterMessage.NO_REQUEST)) {
            return null;
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("requestId", requestId);
        answer.put("uid", nodeId);
        return new Confirmation(
                fields.text("sid"), publish(responses(request.from()), Utf8.bytes(PlainJson.write(answer))));
    }

    private static @Nullable ClusterMessage response(String from, Fields response) throws MalformedMessageException {
        String requestId = response.text("requestId");
        if (response.has("type")) {
            int type = response.number("type");
            return switch (type) {
                case SERVER_SIDE_EMIT ->
                    new ServerReply(from, requestId, new ValuePayload(BufferForm.revive(response.value("data"))));
                case BROADCAST_CLIENT_COUNT -> new ClientCount(from, requestId, response.number("clientCount"));
                case BROADCAST_ACK -> new ClientAck(from, requestId, response.payload("packet"));
                default -> throw new MalformedMessageException("unknown response type " + type);
            };
        }
        if (response.has("sockets")) {
            return new Fetched(
                    from,
                    requestId,
                    Snapshots.read(response.value("sockets"), data -> new ValuePayload(BufferForm.revive(data))));
        }
        if (response.has("rooms")) {
            return new RoomsListed(from, requestId, response.rooms("rooms"));
        }
        return null; // confirms what an adapter before version 7 asked for
    }
}
