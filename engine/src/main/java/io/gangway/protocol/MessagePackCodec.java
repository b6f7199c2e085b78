package io.gangway.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gangway.connection.Delivery;
import io.gangway.connection.Frame;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Socket.IO v5 in MessagePack, as {@code socket.io-msgpack-parser} 3 speaks it: each packet is one binary message, a map of
 * {@code type}, {@code nsp}, {@code data} and {@code id}; other keys are ignored.
 *
 * <p>Thread-safe.
 */
public final class MessagePackCodec implements PacketCodec {
    /** JavaScript's Number.MAX_SAFE_INTEGER: beyond it, a client could not distinguish ids. */
    private static final long MAX_ACK_ID = (1L << 53) - 1;

    private static final ReceivedPacket.Type[] TYPES = ReceivedPacket.Type.values();
    private static final int ABSENT = -1;
    private static final byte[] TYPE = "type".getBytes(UTF_8);
    private static final byte[] NAMESPACE = "nsp".getBytes(UTF_8);
    private static final byte[] DATA = "data".getBytes(UTF_8);
    private static final byte[] ID = "id".getBytes(UTF_8);
    /** More than the bytes of a packet's keys, type and id. */
    private static final int HEADER = 40;

    private final JsonBinding binding;
    /** The codec that writes offsets: another one, or this. */
    private final MessagePackCodec withOffsets;

    public MessagePackCodec(JsonBinding binding) {
        this.binding = binding;
        this.withOffsets = new MessagePackCodec(this);
    }

    private MessagePackCodec(MessagePackCodec without) {
        this.binding = without.binding;
        this.withOffsets = this;
    }

    @Override
    public PacketCodec withOffsets() {
        return withOffsets;
    }

    // ---- reading

    @Override
    public ReceivedPacket text(String message) throws MalformedPacketException {
        throw new MalformedPacketException("a text message from a client of MessagePack");
    }

    /** Keys may come in any order; if one is repeated, the last counts. */
    @Override
    public ReceivedPacket binary(ByteBuffer message) throws MalformedPacketException {
        byte[] bytes = array(message);
        int end = bytes.length;
        int depth = binding.limits().depth();
        long entries = MessagePackScan.mapSize(bytes, 0, end);
        int at = MessagePack.isFixedMap(bytes[0] & 0xff) ? 1 : (bytes[0] & 0xff) == MessagePack.MAP16 ? 3 : 5;
        MessagePackScan.requireCount(2 * entries, at, end);
        int type = ABSENT;
        int namespace = ABSENT;
        int data = ABSENT;
        int dataEnd = ABSENT;
        int id = ABSENT;
        for (long i = 0; i < entries; i++) {
            int key = at;
            int value = MessagePackScan.skip(bytes, key, end, 0);
            at = MessagePackScan.skip(bytes, value, end, depth);
            if (!MessagePack.isString(bytes[key] & 0xff)) {
                throw MessagePackScan.invalid("a map key that is no string");
            } else if (endsWith(bytes, key, value, TYPE)) {
                type = value;
            } else if (endsWith(bytes, key, value, NAMESPACE)) {
                namespace = value;
            } else if (endsWith(bytes, key, value, DATA)) {
                data = value;
                dataEnd = at;
            } else if (endsWith(bytes, key, value, ID)) {
                id = value;
            }
        }
        if (at < end) {
            throw MessagePackScan.invalid("bytes follow the packet");
        }
        ReceivedPacket.Type kind = type(bytes, type);
        return new MessagePackPacket(
                binding, kind, namespace(bytes, namespace), ackId(bytes, id), bytes, data(kind, bytes, data), dataEnd);
    }

    /** The message's bytes, which it shares if it owns them all. */
    private static byte[] array(ByteBuffer message) {
        if (message.hasArray() && message.arrayOffset() == 0 && message.remaining() == message.array().length) {
            return message.array();
        }
        byte[] copy = new byte[message.remaining()];
        message.duplicate().get(copy);
        return copy;
    }

    /** Whether the string from {@code at} to {@code end} is this key. */
    private static boolean endsWith(byte[] bytes, int at, int end, byte[] key) {
        int head = bytes[at] & 0xff;
        int begin = at + (MessagePack.isFixedString(head) ? 1 : 1 + (1 << (head - MessagePack.STR8)));
        return Arrays.equals(bytes, begin, end, key, 0, key.length);
    }

    private static ReceivedPacket.Type type(byte[] bytes, int at) throws MalformedPacketException {
        long type = at == ABSENT ? ABSENT : whole(bytes, at);
        if (type < 0 || type >= TYPES.length) {
            throw new MalformedPacketException("unknown packet type");
        }
        return TYPES[(int) type];
    }

    /** A whole number from 0 to 2^53 - 1, as an integer or a float; a negative number for any other value. */
    private static long whole(byte[] bytes, int at) {
        MessagePackReader reader = new MessagePackReader(bytes, at);
        return switch (reader.next()) {
            case INTEGER -> reader.number() > MAX_ACK_ID ? ABSENT : reader.number();
            case FLOAT -> {
                double value = reader.fraction();
                yield value >= 0 && value <= MAX_ACK_ID && value == Math.rint(value) ? (long) value : ABSENT;
            }
            default -> ABSENT;
        };
    }

    private String namespace(byte[] bytes, int at) throws MalformedPacketException {
        if (at == ABSENT || !MessagePack.isString(bytes[at] & 0xff)) {
            throw new MalformedPacketException("the packet's namespace is not a string");
        }
        MessagePackReader reader = new MessagePackReader(bytes, at);
        reader.next();
        int length = reader.length();
        if (length == 1 && bytes[reader.from()] == '/') {
            return "/";
        }
        int limit = binding.limits().namespaceLength();
        if (length <= 3L * limit) {
            MessagePackScan.requireUtf8(bytes, reader.from(), length);
            String namespace = new String(bytes, reader.from(), length, UTF_8);
            if (!namespace.startsWith("/")) {
                throw new MalformedPacketException("a namespace that does not begin with \"/\"");
            } else if (namespace.length() <= limit) {
                return namespace;
            }
        }
        throw new MalformedPacketException("namespace longer than " + limit + " characters");
    }

    private static long ackId(byte[] bytes, int at) throws MalformedPacketException {
        if (at == ABSENT || isUndefined(bytes, at)) {
            return NO_ACK;
        }
        long id = whole(bytes, at);
        if (id < 0) {
            throw new MalformedPacketException("an ack id that is not a whole number from 0 to 2^53 - 1");
        }
        return id;
    }

    private static boolean isUndefined(byte[] bytes, int at) {
        return new MessagePackReader(bytes, at).next() == MessagePackReader.Kind.UNDEFINED;
    }

    /** Where the data begin, or ABSENT; the same types as in socket.io-msgpack-parser. */
    private static int data(ReceivedPacket.Type type, byte[] bytes, int at) throws MalformedPacketException {
        boolean array = at != ABSENT && MessagePack.isArray(bytes[at] & 0xff);
        switch (type) {
            case EVENT, ACK -> {
                if (!array) {
                    throw new MalformedPacketException("the payload is not an array");
                }
                return at;
            }
            case CONNECT, DISCONNECT -> {
                // Python's client writes nil for a packet without data.
                if (at == ABSENT || isUndefined(bytes, at) || (bytes[at] & 0xff) == MessagePack.NIL) {
                    return ABSENT;
                } else if (type == ReceivedPacket.Type.CONNECT && !MessagePack.isMap(bytes[at] & 0xff)) {
                    throw new MalformedPacketException("the payload is not an object");
                }
                return at;
            }
            default -> {
                return at;
            }
        }
    }

    // ---- writing

    @Override
    public Frame encode(Packet packet) {
        if (packet instanceof Emission event) {
            String offset = this == withOffsets && event.ackId() == NO_ACK ? event.offset() : null;
            return offset == null
                    ? frame(2, event.namespace(), event.ackId(), event.elements(), event.delivery())
                    : frame(event, offset);
        } else if (packet instanceof Packet.Ack ack) {
            return frame(3, ack.namespace(), ack.ackId(), ack.values(), Delivery.RELIABLE);
        } else if (packet instanceof Packet.Connect connect) {
            MessagePackWriter out = begin(0, connect.namespace(), 3, 64);
            out.write("data");
            out.beginMap(connect.privateId() == null ? 1 : 2);
            out.write("sid");
            out.write(connect.socketId());
            if (connect.privateId() != null) {
                out.write("pid");
                out.write(connect.privateId());
            }
            return end(out, Delivery.RELIABLE);
        } else if (packet instanceof Packet.ConnectError error) {
            String json = binding.inline(error.body());
            MessagePackWriter out = begin(4, error.namespace(), 3, json.length());
            out.write("data");
            JsonToMessagePack.convert(json, List.of(), out);
            return end(out, Delivery.RELIABLE);
        } else if (packet instanceof Packet.Disconnect disconnect) {
            return end(begin(1, disconnect.namespace(), 2, 0), Delivery.RELIABLE);
        }
        throw new AssertionError(packet);
    }

    private static Frame frame(int type, String namespace, long ackId, Elements elements, Delivery delivery) {
        MessagePackElements own = elements instanceof MessagePackElements same ? same : null;
        String json = own == null ? elements.array() : "";
        int length = own == null ? json.length() + bytes(elements.attachments()) : own.bytes();
        MessagePackWriter out = begin(type, namespace, ackId == NO_ACK ? 3 : 4, length);
        if (ackId != NO_ACK) {
            out.write("id");
            out.write(ackId);
        }
        out.write("data");
        if (own == null) {
            JsonToMessagePack.convert(json, elements.attachments(), out);
        } else {
            own.writeTo(out);
        }
        return end(out, delivery);
    }

    /** An event and its offset, as the last element of its array. */
    private static Frame frame(Emission event, String offset) {
        Elements elements = event.elements();
        MessagePackElements own = elements instanceof MessagePackElements same ? same : null;
        String json = own == null ? elements.array() : "";
        int length = own == null ? json.length() + bytes(elements.attachments()) : own.bytes();
        MessagePackWriter out = begin(2, event.namespace(), 3, length + offset.length() + 8);
        out.write("data");
        if (own == null) {
            String spliced = json.substring(0, json.length() - 1) + ",\"" + offset + "\"]";
            JsonToMessagePack.convert(spliced, elements.attachments(), out);
        } else {
            own.writeTo(out, offset);
        }
        return end(out, event.delivery().inOrder());
    }

    private static int bytes(List<ByteBuffer> attachments) {
        int bytes = 0;
        for (ByteBuffer attachment : attachments) {
            bytes += attachment.remaining();
        }
        return bytes;
    }

    private static MessagePackWriter begin(int type, String namespace, int entries, int length) {
        MessagePackWriter out = new MessagePackWriter(HEADER + namespace.length() + length);
        out.beginMap(entries);
        out.write("type");
        out.write(type);
        out.write("nsp");
        out.write(namespace);
        return out;
    }

    private static Frame end(MessagePackWriter out, Delivery delivery) {
        return Frame.binary(out.toBuffer(), delivery);
    }

    @Override
    public String toString() {
        return "MessagePackCodec[" + binding.limits() + (this == withOffsets ? ", offsets]" : "]");
    }
}
