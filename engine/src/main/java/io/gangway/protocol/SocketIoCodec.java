package io.gangway.protocol;

import com.google.gson.Gson;
import com.google.gson.TypeAdapter;
import io.gangway.connection.Frame;
import io.gangway.protocol.AttachmentWriter.Binary;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Socket.IO v5: {@code <type>[<attachments>-][<namespace>,][<ack id>][<JSON>]}, the attachments behind it.
 *
 * <p>Thread-safe.
 */
public final class SocketIoCodec implements PacketCodec {
    /** JavaScript's Number.MAX_SAFE_INTEGER: beyond it a client could not tell two ids apart. */
    private static final long MAX_ACK_ID = (1L << 53) - 1;

    private static final char BINARY_EVENT = '5';
    private static final char BINARY_ACK = '6';

    static final String SCANNED = "the JSON was scanned, yet cannot be read";

    /** The classes for which Gson writes null, without a word. */
    private static final ClassValue<Boolean> LEFT_OUT = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return (type.isAnonymousClass() || type.isLocalClass())
                    && !Modifier.isStatic(type.getModifiers())
                    && !Enum.class.isAssignableFrom(type);
        }
    };

    /** Whose scalars are written as JSON has them. */
    private static final Gson PLAIN = new Gson();

    private final Gson gson;
    private final ParserLimits limits;
    /** Whether the application leaves whole numbers and booleans as they are. */
    private final boolean plainScalars;

    /** @param gson one of {@link Json}'s */
    public SocketIoCodec(Gson gson, ParserLimits limits) {
        this.gson = gson;
        this.limits = limits;
        this.plainScalars = Stream.of(Long.class, Integer.class, Boolean.class)
                .allMatch(type ->
                        Numbers.isPlain(gson.getAdapter(type)) || gson.getAdapter(type) == PLAIN.getAdapter(type));
    }

    // ---- reading

    @Override
    public Header header(String text) throws MalformedPacketException {
        if (text.isEmpty()) {
            throw new MalformedPacketException("empty packet");
        }
        char digit = text.charAt(0);
        Type type = switch (digit) {
            case '0' -> Type.CONNECT;
            case '1' -> Type.DISCONNECT;
            case '2', BINARY_EVENT -> Type.EVENT;
            case '3', BINARY_ACK -> Type.ACK;
            case '4' -> Type.CONNECT_ERROR;
            default -> throw new MalformedPacketException("unknown packet type");
        };
        int at = 1;
        int attachments = 0;
        if (digit == BINARY_EVENT || digit == BINARY_ACK) {
            int end = digits(text, at, 9);
            if (end == at || end == text.length() || text.charAt(end) != '-') {
                throw new MalformedPacketException("illegal attachments: no number of them");
            }
            attachments = Integer.parseInt(text, at, end, 10);
            if (attachments < 1 || attachments > limits.attachments()) {
                throw new MalformedPacketException("illegal attachments: not 1 to " + limits.attachments());
            }
            at = end + 1;
        }
        String namespace = "/";
        if (at < text.length() && text.charAt(at) == '/') {
            int comma = text.indexOf(',', at);
            int end = comma < 0 ? text.length() : comma;
            if (end - at > limits.namespaceLength()) {
                throw new MalformedPacketException("namespace longer than " + limits.namespaceLength());
            }
            namespace = text.substring(at, end);
            at = comma < 0 ? end : end + 1;
        }
        long ackId = NO_ACK;
        int end = digits(text, at, 17);
        if (end > at) {
            ackId = Long.parseLong(text, at, end, 10);
            if (ackId > MAX_ACK_ID || (end < text.length() && isDigit(text.charAt(end)))) {
                throw new MalformedPacketException("ack id beyond 2^53 - 1");
            }
            at = end;
        }
        return new Header(type, attachments, namespace, ackId, at);
    }

    /** Where the run of at most {@code max} ASCII digits from {@code at} ends. */
    private static int digits(String text, int at, int max) {
        int end = at;
        while (end < text.length() && end - at < max && isDigit(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    @Override
    public Elements event(String text, Header header, List<ByteBuffer> attachments) throws MalformedPacketException {
        return scan(text, header.body(), attachments, true);
    }

    @Override
    public Elements ack(String text, Header header, List<ByteBuffer> attachments) throws MalformedPacketException {
        if (header.body() == text.length()) {
            return new Elements(gson, "[]", new int[0], List.copyOf(attachments), limits.depth()); // as in Node
        }
        return scan(text, header.body(), attachments, false);
    }

    @Override
    public Elements event(String json) throws MalformedPacketException {
        return scan(json, 0, List.of(), true);
    }

    @Override
    public Elements event(List<?> values) throws MalformedPacketException {
        Elements elements = elements(values);
        requireName(elements);
        return elements;
    }

    @Override
    public Elements value(String json) throws MalformedPacketException {
        Elements elements = scan("[" + json + "]", 0, List.of(), false);
        if (elements.size() != 1) {
            throw new MalformedPacketException("not one value");
        }
        return elements;
    }

    /** What passes here can be bound, relayed and nested without a further look. */
    private Elements scan(String text, int body, List<ByteBuffer> attachments, boolean named)
            throws MalformedPacketException {
        int[] bounds = StrictScan.elements(text, body, limits.depth());
        Elements elements = new Elements(gson, text, bounds, List.copyOf(attachments), limits.depth());
        if (named) {
            requireName(elements);
        }
        if (!attachments.isEmpty()) {
            requirePlaceholders(text.substring(body), attachments);
        }
        return elements;
    }

    private void requireName(Elements elements) throws MalformedPacketException {
        if (elements.size() == 0 || !elements.isTextOrNumber(0)) {
            throw new MalformedPacketException("the event's name is not a string or number");
        }
        String name = String.valueOf(elements.value(0));
        if (name.length() > limits.eventNameLength()) {
            throw new MalformedPacketException("event name longer than " + limits.eventNameLength());
        }
        if (EventNames.isReserved(name)) {
            throw new MalformedPacketException("reserved event name");
        }
    }

    private void requirePlaceholders(String json, List<ByteBuffer> attachments) throws MalformedPacketException {
        try (AttachmentReader reader = new AttachmentReader(json, attachments, limits.depth())) {
            reader.skipChecked();
        } catch (IOException impossible) {
            throw new IllegalStateException(SCANNED, impossible);
        }
    }

    @Override
    public Map<String, Object> auth(String text, Header header) throws MalformedPacketException {
        if (header.body() == text.length()) {
            return Map.of();
        }
        StrictScan.requireObject(text, header.body(), limits.depth());
        try (AttachmentReader reader = new AttachmentReader(text.substring(header.body()), List.of(), limits.depth())) {
            @SuppressWarnings("unchecked") // an object of JSON
            Map<String, Object> auth = (Map<String, Object>) Objects.requireNonNull(reader.nextPlain());
            return auth;
        } catch (IOException impossible) {
            throw new IllegalStateException(SCANNED, impossible);
        }
    }

    // ---- writing

    @Override
    public Elements elements(List<?> values) {
        return elements(body(null, values), scalars(values));
    }

    @Override
    public Elements elements(Written values) {
        return elements(((WrittenBody) values).body, null);
    }

    private Elements elements(Body body, @Nullable List<@Nullable Object> plain) {
        try {
            int[] bounds = StrictScan.elements(body.json(), 0, AttachmentWriter.MAX_DEPTH);
            return new Elements(gson, body.json(), bounds, body.attachments(), limits.depth(), plain);
        } catch (MalformedPacketException unsound) {
            throw new IllegalArgumentException("what an adapter wrote is no JSON: " + unsound.getMessage(), unsound);
        }
    }

    /** The values as a receiver would see them, if that needs no reading; null if one of them is no scalar. */
    private @Nullable List<@Nullable Object> scalars(List<?> values) {
        List<@Nullable Object> scalars = new ArrayList<>(values.size());
        for (Object value : values) {
            if (value == null || value instanceof String) {
                scalars.add(value);
            } else if (isPlainScalar(value)) {
                scalars.add(value instanceof Integer number ? (Object) number.longValue() : value);
            } else {
                return null;
            }
        }
        return Collections.unmodifiableList(scalars);
    }

    private boolean isPlainScalar(@Nullable Object value) {
        return plainScalars && (value instanceof Long || value instanceof Integer || value instanceof Boolean);
    }

    @Override
    public Frame encode(Packet packet) {
        if (packet instanceof Packet.Event event) {
            return frame('2', event.namespace(), event.ackId(), body(event.name(), event.arguments()));
        } else if (packet instanceof Packet.Ack ack) {
            return frame('3', ack.namespace(), ack.ackId(), body(null, ack.values()));
        } else if (packet instanceof Packet.Connect connect) {
            Body body = new Body("{\"sid\":\"" + connect.socketId() + "\"}", List.of());
            return frame('0', connect.namespace(), NO_ACK, body);
        } else if (packet instanceof Packet.ConnectError error) {
            Body body = object(error.body());
            return frame('4', error.namespace(), NO_ACK, body);
        } else if (packet instanceof Packet.Disconnect disconnect) {
            return frame('1', disconnect.namespace(), NO_ACK, new Body("", List.of()));
        }
        throw new AssertionError(packet);
    }

    @Override
    public Frame encode(String namespace, long ackId, Elements event) {
        return frame('2', namespace, ackId, new Body(event.array(), event.attachments()));
    }

    @Override
    public Written write(List<?> values) {
        return new WrittenBody(this, body(null, values));
    }

    @Override
    public Frame encodeAck(String namespace, long ackId, Written values) {
        return frame('3', namespace, ackId, ((WrittenBody) values).body);
    }

    private record Body(String json, List<ByteBuffer> attachments) {}

    private record WrittenBody(PacketCodec by, Body body) implements Written {}

    private static Frame frame(char type, String namespace, long ackId, Body body) {
        StringBuilder text = new StringBuilder(body.json.length() + namespace.length() + 16);
        if (body.attachments.isEmpty()) {
            text.append(type);
        } else {
            text.append(type == '2' ? BINARY_EVENT : BINARY_ACK)
                    .append(body.attachments.size())
                    .append('-');
        }
        if (!namespace.equals("/")) {
            text.append(namespace).append(',');
        }
        if (ackId != NO_ACK) {
            text.append(ackId);
        }
        return Frame.of(text.append(body.json).toString(), body.attachments);
    }

    private Body body(@Nullable String name, List<?> values) {
        String simple = simpleJson(name, values);
        if (simple != null) {
            return new Body(simple, List.of());
        }
        Body body = body(name, values, Binary.ATTACHED);
        return body != null ? body : Objects.requireNonNull(body(name, values, Binary.CERTAINLY_ATTACHED));
    }

    /** What most events are, relayed elements and scalars, needs no writer; null if there is anything else. */
    private @Nullable String simpleJson(@Nullable String name, List<?> values) {
        StringBuilder json = new StringBuilder(128).append('[');
        if (name != null && !appendSimple(json, name)) {
            return null;
        }
        for (Object value : values) {
            if (value instanceof Elements elements && elements.attachments().isEmpty()) {
                for (int i = 0; i < elements.size(); i++) {
                    separate(json).append(elements.json(i));
                }
            } else if (value == null || isPlainScalar(value)) {
                separate(json).append(value);
            } else if (!(value instanceof String text && appendSimple(json, text))) {
                return null;
            }
        }
        return json.append(']').toString();
    }

    private static boolean appendSimple(StringBuilder json, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false; // may have to be escaped
            }
        }
        separate(json).append('"').append(text).append('"');
        return true;
    }

    private static StringBuilder separate(StringBuilder json) {
        return json.length() > 1 ? json.append(',') : json;
    }

    /** Null if this has to be done once more, since what was written early could be taken for what was attached later. */
    private @Nullable Body body(@Nullable String name, List<?> values, Binary binary) {
        StringWriter json = new StringWriter(64);
        AttachmentWriter writer = new AttachmentWriter(json, gson.serializeNulls(), binary);
        try {
            writer.beginArray();
            if (name != null) {
                writer.value(name);
            }
            for (Object value : values) {
                if (value instanceof Elements elements) {
                    relay(writer, elements);
                } else {
                    write(writer, value);
                }
            }
            writer.endArray();
            writer.flush();
        } catch (IOException impossible) {
            throw new IllegalStateException("writing to memory failed", impossible);
        }
        return writer.isMistakable()
                ? null
                : new Body(UnpairedSurrogates.escaped(json.toString()), writer.attachments());
    }

    /** CONNECT_ERROR has no binary form: what would be attached is written as base64. */
    private Body object(Map<String, Object> map) {
        StringWriter json = new StringWriter(64);
        try (AttachmentWriter writer = new AttachmentWriter(json, gson.serializeNulls(), Binary.INLINE)) {
            write(writer, map);
        } catch (IOException impossible) {
            throw new IllegalStateException("writing to memory failed", impossible);
        }
        return new Body(UnpairedSurrogates.escaped(json.toString()), List.of());
    }

    private void write(AttachmentWriter writer, @Nullable Object value) throws IOException {
        try {
            writePlain(writer, value);
        } catch (RuntimeException | StackOverflowError unwritable) {
            String type = value == null ? "null" : value.getClass().getName();
            String why = unwritable instanceof StackOverflowError
                    ? "it nests too deep; does it contain itself?"
                    : unwritable.getMessage();
            throw new IllegalArgumentException("cannot write a " + type + " as JSON: " + why, unwritable);
        }
    }

    /** Maps and collections by what they are, not by their class: Gson writes null for one subclassed anonymously. */
    private void writePlain(AttachmentWriter writer, @Nullable Object value) throws IOException {
        if (value == null) {
            writer.nullValue();
        } else if (value instanceof String string) {
            writer.value(string);
        } else if (value instanceof Map<?, ?> map) {
            writeMap(writer, map);
        } else if (value instanceof Collection<?> collection) {
            writer.beginArray();
            for (Object item : collection) {
                writePlain(writer, item);
            }
            writer.endArray();
        } else if (value instanceof Elements elements) {
            writer.beginArray();
            relay(writer, elements);
            writer.endArray();
        } else if (value instanceof RenumberingReader.Literal literal) {
            writer.jsonValue(literal.json());
        } else {
            requireWritable(value.getClass());
            @SuppressWarnings("unchecked") // the value is of its own class
            TypeAdapter<Object> adapter = (TypeAdapter<Object>) gson.getAdapter(value.getClass());
            adapter.write(writer, value);
        }
    }

    private void writeMap(AttachmentWriter writer, Map<?, ?> map) throws IOException {
        if (!map.keySet().stream().allMatch(String.class::isInstance)) {
            gson.getAdapter(Map.class).write(writer, map); // the application's Gson may have its own way with such keys
            return;
        }
        writer.beginObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            writer.name((String) entry.getKey());
            writePlain(writer, entry.getValue());
        }
        writer.endObject();
    }

    private static void requireWritable(Class<?> type) {
        if (type.isHidden() && type.isSynthetic()) {
            throw new IllegalArgumentException(
                    "it is a lambda, and functions have no JSON; emitWithAck(..) is what asks a client for an answer");
        }
        if (LEFT_OUT.get(type)) {
            throw new IllegalArgumentException(
                    "Gson writes null for anonymous and local classes; a record or a nested static class will do");
        }
    }

    private void relay(AttachmentWriter writer, Elements elements) throws IOException {
        int first = writer.adopt(elements.attachments());
        for (int i = 0; i < elements.size(); i++) {
            if (elements.attachments().isEmpty() && writer.binary() != Binary.CERTAINLY_ATTACHED) {
                writer.unchecked(elements.json(i));
            } else if (!elements.attachments().isEmpty() && first == 0) {
                writer.jsonValue(elements.json(i)); // its placeholders are sound, and count from 0 as they did
            } else {
                writePlain(writer, elements.renumbered(i, first));
            }
        }
    }

    @Override
    public String toString() {
        return "SocketIoCodec" + Arrays.asList(limits);
    }
}
