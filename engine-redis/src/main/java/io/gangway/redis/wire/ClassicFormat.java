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
import io.gangway.cluster.SocketSnapshot;
import io.gangway.cluster.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The wire format of {@code createAdapter} of {@code @socket.io/redis-adapter}, which NestJS users know: plain
 * pub/sub, with separate channels for broadcasts, requests and responses.
 *
 * <p>Broadcasts with their acks are MessagePack; other requests and responses are JSON, in which binary data is
 * written as
 * {@link NodeBuffer} says. Responses have an additional field {@code uid}, which Node.js servers ignore and do not
 * send.
 */
public final class ClassicFormat implements WireFormat {
    private final Options options;
    private final String namespace;
    private final String nodeId;
    private final String broadcasts;
    private final String requests;
    private final String responses;
    private final ClassicReader reader;

    /** How a node subscribes to broadcasts. */
    public enum Broadcasts {
        /** With one pattern for the channels of all rooms. */
        BY_PATTERN,
        /** Channel by channel, for each room that has members. */
        BY_ROOM
    }

    /** Where a node sends its responses. */
    public enum Answers {
        /** To all nodes at once, as the Node.js adapter does by default. */
        SHARED,
        /** To the requesting node only, except for acks of server-side events. */
        SPECIFIC
    }

    /**
     * The options of the Node.js adapter that concern the format.
     *
     * @param key the prefix of the names of all channels
     */
    public record Options(String key, Broadcasts broadcasts, Answers answers) {
        /** The Node.js adapter's defaults. */
        public static final Options DEFAULT = new Options("socket.io", Broadcasts.BY_PATTERN, Answers.SHARED);
    }

    public ClassicFormat(Options options, String namespace, String nodeId) {
        this.options = options;
        this.namespace = namespace;
        this.nodeId = nodeId;
        this.broadcasts = options.key() + "#" + namespace + "#";
        this.requests = options.key() + "-request#" + namespace + "#";
        this.responses = options.key() + "-response#" + namespace + "#";
        this.reader = new ClassicReader(namespace, nodeId);
    }

    // ---- channels

    @Override
    public List<Subscription> subscriptions() {
        Subscription all = options.broadcasts() == Broadcasts.BY_PATTERN
                ? new Subscription(Subscription.Kind.PATTERN, escaped(broadcasts) + "*")
                : channel(broadcasts);
        return List.of(all, channel(responses), channel(responses + nodeId + "#"), counted());
    }

    /** The pattern of the request channels of all namespaces. */
    public static String requests(String key) {
        return escaped(key + "-request#") + "*";
    }

    private static Subscription channel(String channel) {
        return new Subscription(Subscription.Kind.CHANNEL, channel);
    }

    /** The pattern that matches only this text. */
    private static String escaped(String text) {
        return text.replaceAll("[*?\\[\\]\\\\^]", "\\\\$0");
    }

    @Override
    public @Nullable Subscription subscription(String room) {
        return options.broadcasts() == Broadcasts.BY_ROOM ? channel(broadcasts + room + "#") : null;
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
    public OutgoingMessage publish(ClusterMessage message) {
        if (message instanceof Broadcast broadcast) {
            return broadcast(broadcast);
        }
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("uid", nodeId);
        if (message instanceof Join join) {
            request.put("type", ClassicType.REMOTE_JOIN);
            request.put("opts", Opts.of(join.target()));
            request.put("rooms", join.rooms());
        } else if (message instanceof Leave leave) {
            request.put("type", ClassicType.REMOTE_LEAVE);
            request.put("opts", Opts.of(leave.target()));
            request.put("rooms", leave.rooms());
        } else if (message instanceof Disconnect disconnect) {
            request.put("type", ClassicType.REMOTE_DISCONNECT);
            request.put("opts", Opts.of(disconnect.target()));
            request.put("close", disconnect.closes());
        } else if (message instanceof Fetch fetch) {
            request.put("requestId", fetch.requestId());
            request.put("type", ClassicType.REMOTE_FETCH);
            request.put("opts", Opts.of(fetch.target()));
        } else if (message instanceof ListRooms list) {
            request.put("requestId", list.requestId());
            request.put("type", ClassicType.ALL_ROOMS);
        } else if (message instanceof ServerEvent event) {
            if (event.wantsReply()) {
                request.put("requestId", event.requestId());
            }
            request.put("type", ClassicType.SERVER_SIDE_EMIT);
            request.put("data", EventPayloads.toText(event.event()));
            Trace.write(event.trace(), request);
        } else {
            throw new IllegalArgumentException(
                    "cannot publish " + message + ": it is a response, or this wire format has no such message");
        }
        return publish(requests, Utf8.bytes(PlainJson.write(request)));
    }

    private OutgoingMessage broadcast(Broadcast broadcast) {
        Map<String, Object> packet = new LinkedHashMap<>();
        packet.put("type", EventPacket.TYPE);
        packet.put("data", EventPayloads.toValue(broadcast.event()));
        packet.put("nsp", namespace);
        Map<String, Object> opts = Opts.of(broadcast);
        if (!broadcast.wantsAcks()) {
            return publish(channelFor(broadcast.target()), MessagePackWriter.write(List.of(nodeId, packet, opts)));
        }
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("uid", nodeId);
        request.put("requestId", broadcast.requestId());
        request.put("type", ClassicType.BROADCAST);
        request.put("packet", packet);
        request.put("opts", opts);
        return publish(requests, MessagePackWriter.write(request));
    }

    private String channelFor(Target target) {
        Set<String> rooms = target.rooms();
        return rooms.size() == 1 ? broadcasts + rooms.iterator().next() + "#" : broadcasts;
    }

    @Override
    public OutgoingMessage respond(String toNode, ClusterMessage message) {
        String channel = responses(toNode);
        Map<String, Object> response = new LinkedHashMap<>();
        if (message instanceof Fetched fetched && fetched.requestId().startsWith(ClassicReader.IDS)) {
            response.put("requestId", fetched.requestId().substring(ClassicReader.IDS.length()));
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
            channel = responses; // Node.js servers expect it nowhere else
            response.put("type", ClassicType.SERVER_SIDE_EMIT);
            response.put("requestId", reply.requestId());
            response.put("data", reply.value());
        } else if (message instanceof ClientCount count) {
            response.put("type", ClassicType.BROADCAST_CLIENT_COUNT);
            response.put("requestId", count.requestId());
            response.put("clientCount", count.clients());
        } else if (message instanceof ClientAck ack) {
            response.put("type", ClassicType.BROADCAST_ACK);
            response.put("requestId", ack.requestId());
            response.put("packet", ack.value());
        } else {
            throw new IllegalArgumentException("cannot respond with " + message + ": it is no response");
        }
        response.put("uid", nodeId);
        boolean binary = message instanceof ClientAck;
        return publish(channel, binary ? MessagePackWriter.write(response) : Utf8.bytes(PlainJson.write(response)));
    }

    private String responses(String toNode) {
        boolean specific = options.answers() == Answers.SPECIFIC && !toNode.isEmpty();
        return specific ? responses + toNode + "#" : responses;
    }

    private static OutgoingMessage publish(String channel, byte[] body) {
        return new OutgoingMessage.Publish(Subscription.Kind.CHANNEL, channel, body);
    }

    // ---- in

    @Override
    public @Nullable ClusterMessage read(String channel, byte[] body) throws MalformedMessageException {
        if (channel.startsWith(broadcasts)) {
            return reader.broadcast(body);
        }
        if (channel.equals(requests)) {
            return reader.request(body);
        }
        if (channel.startsWith(responses)) {
            return reader.response(body);
        }
        throw new MalformedMessageException("the channel does not belong to namespace " + namespace);
    }

    /** Adapters before v7 wait for single-socket requests; only the request id is checked. */
    @Override
    public @Nullable Confirmation confirmation(ClusterMessage request, byte[] body) throws MalformedMessageException {
        if (!(request instanceof Join || request instanceof Leave || request instanceof Disconnect)) {
            return null;
        }
        Fields fields = MessageBody.fields(body);
        String requestId = fields.text("requestId", ClusterMessage.NO_REQUEST);
        if (fields.has("opts") || requestId.equals(ClusterMessage.NO_REQUEST)) {
            return null;
        }
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("requestId", requestId);
        response.put("uid", nodeId);
        return new Confirmation(
                fields.text("sid"), publish(responses(request.from()), Utf8.bytes(PlainJson.write(response))));
    }
}
