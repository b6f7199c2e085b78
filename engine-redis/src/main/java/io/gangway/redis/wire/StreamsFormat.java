package io.gangway.redis.wire;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.Gap;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wire format of {@code @socket.io/redis-streams-adapter} from version 0.3 on: broadcasts and commands are
 * entries of a stream; requests and responses go over pub/sub, always as MessagePack.
 */
public final class StreamsFormat implements WireFormat {
    private static final Logger LOG = LoggerFactory.getLogger(StreamsFormat.class);
    /** The field that only Gangway's entries have, so that a node knows its own again; Node.js servers ignore it. */
    private static final String MARK = "mark";
    /**
     * The field that makes a heartbeat a {@link Gap}: Node.js servers, and older nodes of Gangway, take no notice of heartbeats
     * in a stream.
     */
    private static final String GAP = "gap";
    /** The streams that have been warned of: clients may create any number of namespaces, but there are few streams. */
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private final Options options;
    private final String namespace;
    private final String nodeId;
    private final Envelope envelope;
    private final byte[] uid;
    private final byte[] nsp;
    private final String stream;
    private final String channel;
    private final String ownChannel;

    /**
     * The options of the Node.js adapter that concern the format.
     *
     * @param stream the stream's name, or the prefix of the names of several
     * @param count over how many streams the namespaces are spread
     * @param channelPrefix the prefix of the names of all channels
     * @param pubSub the kind of the channels: {@link Subscription.Kind#CHANNEL} or {@link Subscription.Kind#SHARDED}
     */
    public record Options(String stream, int count, String channelPrefix, Subscription.Kind pubSub) {
        /** The Node.js adapter's defaults. */
        public static final Options DEFAULT = new Options("socket.io", 1, "socket.io", Subscription.Kind.CHANNEL);

        public Options {
            if (count < 1) {
                throw new IllegalArgumentException("the number of streams is " + count + "; it must be at least 1");
            }
            if (pubSub != Subscription.Kind.CHANNEL && pubSub != Subscription.Kind.SHARDED) {
                throw new IllegalArgumentException("requests cannot go over " + pubSub + "; choose CHANNEL or SHARDED");
            }
        }
    }

    public StreamsFormat(Options options, String namespace, String nodeId) {
        this.options = options;
        this.namespace = namespace;
        this.nodeId = nodeId;
        this.envelope = new Envelope(namespace, nodeId);
        this.uid = Utf8.bytes(nodeId);
        this.nsp = Utf8.bytes(namespace);
        this.stream = stream(options, namespace);
        this.channel = options.channelPrefix() + "#" + namespace + "#";
        this.ownChannel = channel(nodeId);
        if (isUnreadByNode() && TOLD.add(stream)) {
            LOG.warn(
                    "namespace {} uses stream {}, which Node.js servers write but never read, so they receive nothing that is"
                            + " emitted here. If the cluster has Node.js servers, choose another name for the namespace, or"
                            + " another number of streams than {}",
                    namespace.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?"),
                    stream,
                    options.count());
        }
    }

    /**
     * The Node.js adapter uses the remainder of the hash even if it is negative, so that a namespace may be assigned
     * a stream with a negative number, which no Node.js server reads.
     */
    private static String stream(Options options, String namespace) {
        return options.count() == 1
                ? options.stream()
                : options.stream() + "-" + namespace.hashCode() % options.count();
    }

    private String channel(String node) {
        return channel + node + "#";
    }

    /** The namespace that an entry of a stream is for; {@code ""} if it names none. */
    public static String namespace(Map<String, byte[]> fields) {
        byte[] namespace = fields.get("nsp");
        return namespace == null ? "" : Utf8.text(namespace);
    }

    /** Whether no Node.js server reads this namespace's stream, because its number is negative. */
    boolean isUnreadByNode() {
        return options.count() > 1 && namespace.hashCode() % options.count() < 0;
    }

    @Override
    public List<Subscription> subscriptions() {
        return List.of(
                new Subscription(Subscription.Kind.STREAM, stream),
                new Subscription(options.pubSub(), ownChannel),
                counted());
    }

    @Override
    public @Nullable Subscription subscription(String room) {
        return null;
    }

    @Override
    public Subscription counted() {
        return new Subscription(options.pubSub(), channel);
    }

    @Override
    public Subscription destination(ClusterMessage message) {
        return message.isInHistory() ? new Subscription(Subscription.Kind.STREAM, stream) : counted();
    }

    @Override
    public OutgoingMessage publish(ClusterMessage message) {
        if (message.isInHistory()) {
            return new OutgoingMessage.Append(stream, entry(message));
        }
        return new OutgoingMessage.Publish(
                options.pubSub(), channel, envelope.writeMessagePack(Envelope.body(message)));
    }

    private Map<String, byte[]> entry(ClusterMessage message) {
        if (message instanceof Gap) {
            Map<String, byte[]> heartbeat = heartbeat();
            heartbeat.put(GAP, Utf8.bytes("1"));
            return heartbeat;
        }
        Broadcast plain = Envelope.plain(message);
        if (plain != null) {
            return entry(Envelope.BROADCAST, Utf8.bytes(Envelope.json(plain)));
        }
        Envelope.Body body = Envelope.body(message);
        return entry(
                body.type(),
                body.hasBinary() ? Base64.getEncoder().encode(body.dataAsMessagePack()) : body.dataAsJson());
    }

    /** An entry without effect. */
    private Map<String, byte[]> heartbeat() {
        return entry(Envelope.HEARTBEAT, Utf8.bytes("{}"));
    }

    private Map<String, byte[]> entry(int type, byte[] data) {
        Map<String, byte[]> fields = new LinkedHashMap<>();
        fields.put("uid", uid);
        fields.put("nsp", nsp);
        fields.put("type", Utf8.bytes(Integer.toString(type)));
        fields.put("data", data);
        return fields;
    }

    @Override
    public OutgoingMessage respond(String toNode, ClusterMessage response) {
        return new OutgoingMessage.Publish(
                options.pubSub(), channel(toNode), envelope.writeMessagePack(Envelope.body(response)));
    }

    @Override
    public @Nullable ClusterMessage read(String channel, byte[] body) throws MalformedMessageException {
        return Envelope.onlyResponsesIf(channel.equals(ownChannel), envelope.read(body));
    }

    @Override
    public @Nullable ClusterMessage readEntry(Map<String, byte[]> fields) throws MalformedMessageException {
        String from = field(fields, "uid");
        if (from.equals(nodeId) || !namespace.equals(namespace(fields))) {
            return null;
        }
        int type = type(field(fields, "type"));
        return Envelope.isHeartbeat(type) ? gap(from, fields) : Envelope.read(from, type, data(fields));
    }

    private static @Nullable Gap gap(String from, Map<String, byte[]> fields) {
        return fields.containsKey(GAP) ? new Gap(from) : null;
    }

    @Override
    public History history() {
        return new Entries();
    }

    private final class Entries implements History {
        @Override
        public String stream() {
            return stream;
        }

        @Override
        public OutgoingMessage.Append anchor() {
            return new OutgoingMessage.Append(stream, heartbeat());
        }

        @Override
        public OutgoingMessage marked(OutgoingMessage entry, String mark) {
            Map<String, byte[]> fields = new LinkedHashMap<>(((OutgoingMessage.Append) entry).fields());
            fields.put(MARK, Utf8.bytes(mark));
            return new OutgoingMessage.Append(stream, fields);
        }

        @Override
        public String mark(Map<String, byte[]> fields) {
            byte[] mark = fields.get(MARK);
            return mark != null && Arrays.equals(uid, fields.get("uid")) ? Utf8.text(mark) : "";
        }

        @Override
        public @Nullable ClusterMessage read(Map<String, byte[]> fields) throws MalformedMessageException {
            if (!Arrays.equals(nsp, fields.get("nsp"))) {
                return null;
            }
            int type = type(field(fields, "type"));
            if (!Envelope.isKept(type)) {
                return Envelope.isHeartbeat(type) ? gap(field(fields, "uid"), fields) : null;
            }
            ClusterMessage message = Envelope.read(field(fields, "uid"), type, StreamsFormat.data(fields));
            return message instanceof Broadcast broadcast && (broadcast.lossy() || broadcast.wantsAcks())
                    ? null
                    : message;
        }
    }

    private static String field(Map<String, byte[]> fields, String name) throws MalformedMessageException {
        byte[] value = fields.get(name);
        if (value == null || value.length == 0) {
            throw new MalformedMessageException("the field " + name + " of the entry is missing or empty");
        }
        return Utf8.text(value);
    }

    private static int type(String text) throws MalformedMessageException {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notOne) {
            throw new MalformedMessageException("the field type of the entry is not a number", notOne);
        }
    }

    private static Fields data(Map<String, byte[]> fields) throws MalformedMessageException {
        String data = field(fields, "data");
        if (data.startsWith("{")) {
            return JsonFields.read(data);
        }
        try {
            byte[] body = Base64.getDecoder().decode(data.getBytes(StandardCharsets.ISO_8859_1));
            return MessageBody.fields(body);
        } catch (IllegalArgumentException notBase64) {
            throw new MalformedMessageException("the field data of the entry is neither JSON nor base64", notBase64);
        }
    }
}
