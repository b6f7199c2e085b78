package io.gangway.redis.wire;

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
import io.gangway.cluster.Payload;
import io.gangway.cluster.SocketSnapshot;
import io.gangway.cluster.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The messages of Socket.IO's ClusterAdapter, which the sharded and the streams adapter send: {@code {type, data,
 * uid, nsp}}, as JSON or, if they hold binary data, as MessagePack.
 *
 * <p>ClusterAdapter has no request for rooms. {@link ListRooms} is sent as a request for sockets, which all nodes
 * answer; a prefix of the request id, which comes back with the response, tells that their rooms were wanted.
 */
final class Envelope {
    static final int BROADCAST = 3;

    static final int HEARTBEAT = 2;

    private static final int INITIAL_HEARTBEAT = 1;
    private static final int SOCKETS_JOIN = 4;
    private static final int SOCKETS_LEAVE = 5;
    private static final int DISCONNECT_SOCKETS = 6;
    private static final int FETCH_SOCKETS = 7;
    private static final int FETCH_SOCKETS_RESPONSE = 8;
    private static final int SERVER_SIDE_EMIT = 9;
    private static final int SERVER_SIDE_EMIT_RESPONSE = 10;
    private static final int BROADCAST_CLIENT_COUNT = 11;
    private static final int BROADCAST_ACK = 12;
    private static final int ADAPTER_CLOSE = 13;

    /** Prefix of the request id of a request for sockets that stands for one for rooms. */
    private static final String ROOMS = "rooms:";

    private final String namespace;
    private final String nodeId;
    /** The last characters and bytes of this node's own messages, by which {@link #isOwn} knows them. */
    private final String ownJsonEnd;

    private final byte[] ownJsonEndBytes;
    private final byte[] ownMessagePackEnd;

    Envelope(String namespace, String nodeId) {
        this.namespace = namespace;
        this.nodeId = nodeId;
        Map<String, Object> origin = new LinkedHashMap<>();
        origin.put("uid", nodeId);
        origin.put("nsp", namespace);
        this.ownJsonEnd = "," + PlainJson.write(origin).substring(1);
        this.ownJsonEndBytes = Utf8.bytes(ownJsonEnd);
        byte[] messagePack = MessagePackWriter.write(origin);
        this.ownMessagePackEnd = Arrays.copyOfRange(messagePack, 1, messagePack.length);
    }

    /** A message's {@code type} and {@code data}. */
    record Body(int type, Map<String, Object> data, boolean hasBinary) {
        private static Body of(int type) {
            return new Body(type, new LinkedHashMap<>(), false);
        }

        private Body with(String name, Object value) {
            data.put(name, value);
            return this;
        }

        /** Binary data in the payload makes the whole message MessagePack. */
        private Body with(String name, Payload payload) {
            data.put(name, payload);
            return new Body(type, data, payload.hasBinary());
        }

        byte[] dataAsJson() {
            return Utf8.bytes(PlainJson.write(data));
        }

        byte[] dataAsMessagePack() {
            return MessagePackWriter.write(data);
        }
    }

    /** The message's type and data. */
    static Body body(ClusterMessage message) {
        if (message instanceof Broadcast broadcast) {
            return broadcast(broadcast);
        }
        if (message instanceof Join join) {
            return Body.of(SOCKETS_JOIN)
                    .with("opts", Opts.withFlags(join.target()))
                    .with("rooms", join.rooms());
        }
        if (message instanceof Leave leave) {
            return Body.of(SOCKETS_LEAVE)
                    .with("opts", Opts.withFlags(leave.target()))
                    .with("rooms", leave.rooms());
        }
        if (message instanceof Disconnect disconnect) {
            return Body.of(DISCONNECT_SOCKETS)
                    .with("opts", Opts.withFlags(disconnect.target()))
                    .with("close", disconnect.closes());
        }
        if (message instanceof Fetch fetch) {
            return Body.of(FETCH_SOCKETS)
                    .with("opts", Opts.withFlags(fetch.target()))
                    .with("requestId", fetch.requestId());
        }
        if (message instanceof ListRooms list) {
            return body(new Fetch(list.from(), Target.ALL, ROOMS + list.requestId()));
        }
        if (message instanceof ServerEvent event) {
            Body body = Body.of(SERVER_SIDE_EMIT);
            if (event.wantsReply()) {
                body.data().put("requestId", event.requestId());
            }
            Trace.write(event.trace(), body.data());
            return body.with("packet", EventPayloads.toText(event.event()));
        }
        return response(message);
    }

    private static Body broadcast(Broadcast broadcast) {
        Map<String, Object> packet = new LinkedHashMap<>();
        packet.put("type", EventPacket.TYPE);
        packet.put("data", EventPayloads.toText(broadcast.event()));
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("packet", packet);
        if (broadcast.wantsAcks()) {
            data.put("requestId", broadcast.requestId());
        }
        data.put("opts", Opts.of(broadcast));
        return new Body(BROADCAST, data, broadcast.event().hasBinary());
    }

    private static Body response(ClusterMessage message) {
        if (message instanceof Fetched fetched) {
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("requestId", fetched.requestId());
            data.put("sockets", Snapshots.write(fetched.sockets()));
            return new Body(FETCH_SOCKETS_RESPONSE, data, Snapshots.haveBinary(fetched.sockets()));
        }
        if (message instanceof ServerReply reply) {
            return Body.of(SERVER_SIDE_EMIT_RESPONSE)
                    .with("requestId", reply.requestId())
                    .with("packet", reply.value());
        }
        if (message instanceof ClientCount count) {
            return Body.of(BROADCAST_CLIENT_COUNT)
                    .with("requestId", count.requestId())
                    .with("clientCount", count.clients());
        }
        if (message instanceof ClientAck ack) {
            return Body.of(BROADCAST_ACK).with("requestId", ack.requestId()).with("packet", ack.value());
        }
        throw new IllegalArgumentException("cannot encode " + message + ": this wire format has no such message");
    }

    /** Encodes a message as JSON, or as MessagePack if it has binary data. */
    byte[] write(ClusterMessage message) {
        Broadcast plain = plain(message);
        if (plain != null) {
            return Utf8.bytes("{\"type\":" + BROADCAST + ",\"data\":" + json(plain) + ownJsonEnd);
        }
        Body body = body(message);
        return body.hasBinary() ? writeMessagePack(body) : Utf8.bytes(PlainJson.write(whole(body)));
    }

    /** The message, if it is a broadcast without binary data and without acks, as most are; else null. */
    static @Nullable Broadcast plain(ClusterMessage message) {
        return message instanceof Broadcast broadcast
                        && !broadcast.wantsAcks()
                        && !broadcast.event().hasBinary()
                ? broadcast
                : null;
    }

    /** The {@code data} of a plain broadcast, concatenated, which is the fastest way. */
    static String json(Broadcast broadcast) {
        return "{\"packet\":{\"type\":" + EventPacket.TYPE + ",\"data\":"
                + PlainJson.oneValue(EventPayloads.toText(broadcast.event()).json()) + "},\"opts\":"
                + Opts.json(broadcast)
                + "}";
    }

    byte[] writeMessagePack(Body body) {
        return MessagePackWriter.write(whole(body));
    }

    /** {@code uid} and {@code nsp} come last: see {@link #isOwn}. */
    private Map<String, Object> whole(Body body) {
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("type", body.type());
        whole.put("data", body.data());
        whole.put("uid", nodeId);
        whole.put("nsp", namespace);
        return whole;
    }

    /** Whether this node has sent a message, by the message's end, without parsing it. */
    private boolean isOwn(byte[] body) {
        return endsWith(body, ownJsonEndBytes) || endsWith(body, ownMessagePackEnd);
    }

    private static boolean endsWith(byte[] body, byte[] end) {
        int from = body.length - end.length;
        return from >= 0 && Arrays.equals(body, from, body.length, end, 0, end.length);
    }

    /** Decodes a message; null if this node has sent it, if it is for another namespace, or if it is a heartbeat. */
    @Nullable
    ClusterMessage read(byte[] body) throws MalformedMessageException {
        if (isOwn(body)) {
            return null;
        }
        Fields envelope = MessageBody.fields(body);
        String from = envelope.text("uid");
        if (from.equals(nodeId) || !envelope.text("nsp").equals(namespace)) {
            return null;
        }
        int type = envelope.number("type");
        return isHeartbeat(type) ? null : read(from, type, envelope.fields("data"));
    }

    /** Refuses anything but a response on a node's own channel. */
    static @Nullable ClusterMessage onlyResponsesIf(boolean ownChannel, @Nullable ClusterMessage message)
            throws MalformedMessageException {
        if (ownChannel && message != null && !(message instanceof ClusterMessage.Response)) {
            throw new MalformedMessageException("only responses may be sent to a node's own channel");
        }
        return message;
    }

    /** Whether it is a heartbeat, which other adapters than those of Redis send. */
    static boolean isHeartbeat(int type) {
        return type == INITIAL_HEARTBEAT || type == HEARTBEAT || type == ADAPTER_CLOSE;
    }

    /** Whether a client that was away gets messages of the type, or is subject to them. */
    static boolean isKept(int type) {
        return type == BROADCAST || type == SOCKETS_JOIN || type == SOCKETS_LEAVE || type == DISCONNECT_SOCKETS;
    }

    static ClusterMessage read(String from, int type, Fields data) throws MalformedMessageException {
        return switch (type) {
            case BROADCAST -> broadcast(from, data);
            case SOCKETS_JOIN -> new Join(from, Opts.target(data.fields("opts")), data.rooms("rooms"));
            case SOCKETS_LEAVE -> new Leave(from, Opts.target(data.fields("opts")), data.rooms("rooms"));
            case DISCONNECT_SOCKETS -> new Disconnect(from, Opts.target(data.fields("opts")), data.isSet("close"));
            case FETCH_SOCKETS -> new Fetch(from, Opts.target(data.fields("opts")), data.text("requestId"));
            case FETCH_SOCKETS_RESPONSE ->
                fetched(from, data.text("requestId"), Snapshots.read(data.value("sockets"), ValuePayload::new));
            case SERVER_SIDE_EMIT ->
                new ServerEvent(
                        from,
                        EventPayloads.checked(data.payload("packet")),
                        data.text("requestId", ClusterMessage.NO_REQUEST),
                        Trace.read(data));
            case SERVER_SIDE_EMIT_RESPONSE -> new ServerReply(from, data.text("requestId"), data.payload("packet"));
            case BROADCAST_CLIENT_COUNT -> new ClientCount(from, data.text("requestId"), data.number("clientCount"));
            case BROADCAST_ACK -> new ClientAck(from, data.text("requestId"), data.payload("packet"));
            default -> throw new MalformedMessageException("unknown message type " + type);
        };
    }

    private static Broadcast broadcast(String from, Fields data) throws MalformedMessageException {
        Fields opts = data.fields("opts");
        String requestId = data.text("requestId", ClusterMessage.NO_REQUEST);
        return new Broadcast(
                from,
                Opts.target(opts),
                EventPacket.event(data.fields("packet")),
                Opts.lossy(opts),
                requestId,
                requestId.equals(ClusterMessage.NO_REQUEST) ? Duration.ZERO : Opts.timeout(opts),
                Trace.read(opts));
    }

    private static ClusterMessage fetched(String from, String requestId, List<SocketSnapshot> sockets) {
        if (!requestId.startsWith(ROOMS)) {
            return new Fetched(from, requestId, sockets);
        }
        Set<String> rooms =
                sockets.stream().flatMap(socket -> socket.rooms().stream()).collect(Collectors.toSet());
        return new RoomsListed(from, requestId.substring(ROOMS.length()), rooms);
    }
}
