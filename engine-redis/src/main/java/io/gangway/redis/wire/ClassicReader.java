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
import io.gangway.cluster.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the broadcasts, requests and responses of {@link ClassicFormat}. Every method returns null for a message that
 * this node has sent itself, since Redis delivers those too. Immutable and thread-safe.
 */
final class ClassicReader {
    /** Prefix of the request id of a {@code SOCKETS} request, whose response holds socket ids and nothing else. */
    static final String IDS = "ids:";

    private final String namespace;
    private final String nodeId;
    /** The first bytes of this node's own broadcasts. */
    private final byte[] ownStart;
    /** The last bytes of this node's own JSON responses. */
    private final byte[] ownEnd;

    ClassicReader(String namespace, String nodeId) {
        this.namespace = namespace;
        this.nodeId = nodeId;
        byte[] start = MessagePackWriter.write(List.of(nodeId, 0, 0));
        this.ownStart = Arrays.copyOf(start, start.length - 2);
        this.ownEnd = Utf8.bytes(",\"uid\":\"" + nodeId + "\"}");
    }

    @Nullable
    ClusterMessage broadcast(byte[] body) throws MalformedMessageException {
        if (body.length > ownStart.length && Arrays.equals(body, 0, ownStart.length, ownStart, 0, ownStart.length)) {
            return null;
        }
        if (!(MessagePackReader.read(body) instanceof List<?> parts) || parts.size() < 3) {
            throw new MalformedMessageException("the broadcast is not a list [uid, packet, opts]");
        }
        // An emitter is not a node: its uid may have any value and type.
        String from = parts.get(0) instanceof String uid ? uid : "";
        return from.equals(nodeId)
                ? null
                : broadcast(
                        from,
                        ClusterMessage.NO_REQUEST,
                        Fields.MapFields.of(parts.get(1), "packet"),
                        Fields.MapFields.of(parts.get(2), "opts"));
    }

    /** Null also for another namespace: the pattern of {@code /} matches the channels of all of them. */
    private @Nullable ClusterMessage broadcast(String from, String requestId, Fields packet, Fields opts)
            throws MalformedMessageException {
        if (!packet.text("nsp", "/").equals(namespace)) {
            return null;
        }
        return new Broadcast(
                from,
                Opts.target(opts),
                EventPacket.event(packet),
                Opts.lossy(opts),
                requestId,
                requestId.equals(ClusterMessage.NO_REQUEST) ? Duration.ZERO : Opts.timeout(opts),
                Trace.read(opts));
    }

    @Nullable
    ClusterMessage request(byte[] body) throws MalformedMessageException {
        Fields request = MessageBody.fields(body);
        String from = request.text("uid", "");
        return from.equals(nodeId) ? null : request(from, request);
    }

    private @Nullable ClusterMessage request(String from, Fields request) throws MalformedMessageException {
        int type = request.number("type");
        return switch (type) {
            case ClassicType.SOCKETS ->
                new Fetch(from, new Target(request.rooms("rooms"), Set.of()), IDS + request.text("requestId"));
            case ClassicType.ALL_ROOMS -> new ListRooms(from, request.text("requestId"));
            case ClassicType.REMOTE_JOIN -> new Join(from, target(request), rooms(request));
            case ClassicType.REMOTE_LEAVE -> new Leave(from, target(request), rooms(request));
            case ClassicType.REMOTE_DISCONNECT -> new Disconnect(from, target(request), request.isSet("close"));
            case ClassicType.REMOTE_FETCH ->
                new Fetch(from, Opts.target(request.fields("opts")), request.text("requestId"));
            case ClassicType.SERVER_SIDE_EMIT ->
                new ServerEvent(
                        from,
                        EventPayloads.ofValue(NodeBuffer.revive(request.value("data"))),
                        request.text("requestId", ClusterMessage.NO_REQUEST),
                        Trace.read(request));
            case ClassicType.BROADCAST ->
                broadcast(from, request.text("requestId"), request.fields("packet"), request.fields("opts"));
            default -> throw new MalformedMessageException("unknown request type " + type);
        };
    }

    /** Adapters before version 7 send a single {@code sid} instead of {@code opts}. */
    private static Target target(Fields request) throws MalformedMessageException {
        return request.has("opts")
                ? Opts.target(request.fields("opts"))
                : new Target(Set.of(request.text("sid")), Set.of());
    }

    /** Adapters before version 7 send a single {@code room}. */
    private static Set<String> rooms(Fields request) throws MalformedMessageException {
        return request.has("opts") ? request.rooms("rooms") : Set.of(request.room("room"));
    }

    @Nullable
    ClusterMessage response(byte[] body) throws MalformedMessageException {
        if (isOwnResponse(body)) {
            return null;
        }
        Fields response = MessageBody.fields(body);
        String from = response.text("uid", "");
        return from.equals(nodeId) ? null : response(from, response);
    }

    /** All nodes receive all responses, and one that lists many sockets takes long to parse. */
    private boolean isOwnResponse(byte[] body) {
        int start = body.length - ownEnd.length;
        return start > 0 && Arrays.equals(body, start, body.length, ownEnd, 0, ownEnd.length);
    }

    private static @Nullable ClusterMessage response(String from, Fields response) throws MalformedMessageException {
        String requestId = response.text("requestId");
        if (response.has("type")) {
            int type = response.number("type");
            return switch (type) {
                case ClassicType.SERVER_SIDE_EMIT ->
                    new ServerReply(from, requestId, new ValuePayload(NodeBuffer.revive(response.value("data"))));
                case ClassicType.BROADCAST_CLIENT_COUNT ->
                    new ClientCount(from, requestId, response.number("clientCount"));
                case ClassicType.BROADCAST_ACK -> new ClientAck(from, requestId, response.payload("packet"));
                default -> throw new MalformedMessageException("unknown response type " + type);
            };
        }
        if (response.has("sockets")) {
            return new Fetched(
                    from,
                    requestId,
                    Snapshots.read(response.value("sockets"), data -> new ValuePayload(NodeBuffer.revive(data))));
        }
        if (response.has("rooms")) {
            return new RoomsListed(from, requestId, response.rooms("rooms"));
        }
        return null; // confirms a single-socket request of an adapter before version 7
    }
}
