package io.gangway.protocol;

import io.gangway.connection.Delivery;
import io.gangway.connection.Frame;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Socket.IO v5: {@code <type>[<attachments>-][<namespace>,][<ack id>][<JSON>]}, followed by the attachments.
 *
 * <p>Thread-safe.
 */
public final class SocketIoCodec implements PacketCodec {
    /** JavaScript's Number.MAX_SAFE_INTEGER: beyond it, a client could not distinguish ids. */
    private static final long MAX_ACK_ID = (1L << 53) - 1;

    private static final char BINARY_EVENT = '5';
    private static final char BINARY_ACK = '6';

    private final JsonBinding binding;
    /** The codec that writes offsets: another one, or this. */
    private final SocketIoCodec withOffsets;

    public SocketIoCodec(JsonBinding binding) {
        this.binding = binding;
        this.withOffsets = new SocketIoCodec(this);
    }

    private SocketIoCodec(SocketIoCodec without) {
        this.binding = without.binding;
        this.withOffsets = this;
    }

    @Override
    public PacketCodec withOffsets() {
        return withOffsets;
    }

    // ---- reading

    @Override
    public SocketIoPacket text(String text) throws MalformedPacketException {
        ParserLimits limits = binding.limits();
        if (text.isEmpty()) {
            throw new MalformedPacketException("empty packet");
        }
        char digit = text.charAt(0);
        ReceivedPacket.Type type = switch (digit) {
            case '0' -> ReceivedPacket.Type.CONNECT;
            case '1' -> ReceivedPacket.Type.DISCONNECT;
            case '2', BINARY_EVENT -> ReceivedPacket.Type.EVENT;
            case '3', BINARY_ACK -> ReceivedPacket.Type.ACK;
            case '4' -> ReceivedPacket.Type.CONNECT_ERROR;
            default -> throw new MalformedPacketException("unknown packet type");
        };
        int at = 1;
        int attachments = 0;
        if (digit == BINARY_EVENT || digit == BINARY_ACK) {
            int end = digits(text, at, 9);
            if (end == at || end == text.length() || text.charAt(end) != '-') {
                throw new MalformedPacketException("illegal attachments: their number is missing");
            }
            attachments = Integer.parseInt(text, at, end, 10);
            if (attachments < 1 || attachments > limits.attachments()) {
                throw new MalformedPacketException(
                        "illegal attachments: their number is not 1 to " + limits.attachments());
            }
            at = end + 1;
        }
        String namespace = "/";
        if (at < text.length() && text.charAt(at) == '/') {
            int comma = text.indexOf(',', at);
            int end = comma < 0 ? text.length() : comma;
            if (end - at > limits.namespaceLength()) {
                throw new MalformedPacketException("namespace longer than " + limits.namespaceLength() + " characters");
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
        return new SocketIoPacket(binding, type, namespace, ackId, text, at, attachments);
    }

    /** The end of the run of at most {@code max} ASCII digits that begins at {@code at}. */
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
    public SocketIoPacket binary(ByteBuffer message) throws MalformedPacketException {
        throw new MalformedPacketException("a binary message arrived that no packet announced");
    }

    // ---- writing

    @Override
    public Frame encode(Packet packet) {
        if (packet instanceof Emission event) {
            String offset = this == withOffsets && event.ackId() == NO_ACK ? event.offset() : null;
            return offset == null
                    ? frame('2', BINARY_EVENT, event.namespace(), event.ackId(), event.elements(), event.delivery())
                    : frame(event, offset);
        } else if (packet instanceof Packet.Ack ack) {
            return frame('3', BINARY_ACK, ack.namespace(), ack.ackId(), ack.values(), Delivery.RELIABLE);
        } else if (packet instanceof Packet.Connect connect) {
            String secret = connect.privateId() == null ? "" : "\",\"pid\":\"" + connect.privateId();
            return frame('0', connect.namespace(), "{\"sid\":\"" + connect.socketId() + secret + "\"}");
        } else if (packet instanceof Packet.ConnectError error) {
            return frame('4', error.namespace(), binding.inline(error.body())); // CONNECT_ERROR has no binary form
        } else if (packet instanceof Packet.Disconnect disconnect) {
            return frame('1', disconnect.namespace(), "");
        }
        throw new AssertionError(packet);
    }

    private static Frame frame(char type, String namespace, String json) {
        return Frame.of(namespace.equals("/") ? type + json : type + namespace + ',' + json);
    }

    /** An event and its offset, which is spliced in before the array's end. */
    private static Frame frame(Emission event, String offset) {
        String json = event.elements().array();
        List<ByteBuffer> attachments = event.elements().attachments();
        StringBuilder text = new StringBuilder(
                json.length() + offset.length() + event.namespace().length() + 16);
        if (attachments.isEmpty()) {
            text.append('2');
        } else {
            text.append(BINARY_EVENT).append(attachments.size()).append('-');
        }
        if (!event.namespace().equals("/")) {
            text.append(event.namespace()).append(',');
        }
        text.append(json, 0, json.length() - 1).append(",\"").append(offset).append("\"]");
        return Frame.of(text.toString(), attachments, event.delivery().inOrder());
    }

    private static Frame frame(
            char type, char binaryType, String namespace, long ackId, Elements elements, Delivery delivery) {
        String json = elements.array();
        List<ByteBuffer> attachments = elements.attachments();
        // Concatenated in one step, because intermediate copies of these bytes would be most of an event's cost.
        String place = namespace.equals("/") ? "" : namespace;
        String comma = place.isEmpty() ? "" : ",";
        String text;
        if (!attachments.isEmpty()) {
            String id = ackId == NO_ACK ? "" : String.valueOf(ackId);
            text = binaryType + "" + attachments.size() + '-' + place + comma + id + json;
        } else if (ackId == NO_ACK) {
            text = type + place + comma + json;
        } else {
            text = type + place + comma + ackId + json;
        }
        return Frame.of(text, attachments, delivery);
    }

    @Override
    public String toString() {
        return "SocketIoCodec[" + binding.limits() + (this == withOffsets ? ", offsets]" : "]");
    }
}
