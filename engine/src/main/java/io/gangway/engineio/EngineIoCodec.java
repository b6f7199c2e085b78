package io.gangway.engineio;

import io.gangway.connection.Frame;
import io.gangway.connection.Rendering;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Encodes and decodes Engine.IO v4 packets as text, and joins several into the payload of one polling response. */
public final class EngineIoCodec {
    public static final char OPEN = '0';
    public static final char CLOSE = '1';
    public static final char PING = '2';
    public static final char PONG = '3';
    public static final char MESSAGE = '4';
    public static final char UPGRADE = '5';
    public static final char NOOP = '6';

    /** Marks base64-encoded binary data: in a polling payload, and on a WebSocket that may only carry text. */
    public static final char BINARY = 'b';
    /** Separates the packets of a polling payload: Engine.IO v4, "HTTP long-polling". */
    static final char SEPARATOR = 0x1e;

    static final Frame PING_PACKET = Frame.control(String.valueOf(PING));

    /** A frame as packets of a polling payload. */
    static final Rendering<byte[]> POLLING = EngineIoCodec::renderPolling;

    private EngineIoCodec() {}

    /** The open packet, which tells the client about its session. */
    static String open(String sid, List<String> upgrades, EngineIoSettings settings) {
        StringBuilder json = new StringBuilder(160);
        json.append(OPEN).append("{\"sid\":\"").append(sid).append("\",\"upgrades\":[");
        for (String upgrade : upgrades) {
            json.append('"').append(upgrade).append('"');
        }
        return json.append("],\"pingInterval\":")
                .append(settings.pingInterval().toMillis())
                .append(",\"pingTimeout\":")
                .append(settings.pingTimeout().toMillis())
                .append(",\"maxPayload\":")
                .append(settings.maxPayload())
                .append('}')
                .toString();
    }

    private static byte[] renderPolling(Frame frame) {
        if (frame.isBinary()) {
            return base64(frame.attachments().get(0));
        }
        byte[] text = frame.utf8();
        if (frame.isControl()) {
            return text;
        }
        ByteArrayOutputStream payload = new ByteArrayOutputStream(text.length + 1);
        payload.write(MESSAGE);
        payload.writeBytes(text);
        for (ByteBuffer attachment : frame.attachments()) {
            payload.write(SEPARATOR);
            payload.writeBytes(base64(attachment));
        }
        return payload.toByteArray();
    }

    /** Binary data as a text packet that begins with {@link #BINARY}. The buffer's position does not change. */
    public static byte[] base64(ByteBuffer data) {
        ByteBuffer encoded = Base64.getEncoder().encode(data.duplicate());
        byte[] packet = new byte[1 + encoded.remaining()];
        packet[0] = (byte) BINARY;
        encoded.get(packet, 1, encoded.remaining());
        return packet;
    }

    /** The maximum length of a {@link #base64} packet that carries {@code data} bytes. */
    public static long base64Length(int data) {
        return 1 + (data + 2L) / 3 * 4;
    }

    /**
     * Decodes a text packet that begins with {@link #BINARY}.
     *
     * @throws IllegalArgumentException if it is not base64
     */
    static ByteBuffer binary(String packet) {
        // The Java client splits base64 into lines, each ending with a line feed.
        String base64 = packet.substring(1).replace("\n", "").replace("\r", "");
        return ByteBuffer.wrap(Base64.getDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Several rendered frames as one payload. */
    static byte[] join(List<byte[]> packets) {
        int length = packets.size() - 1;
        for (byte[] packet : packets) {
            length += packet.length;
        }
        byte[] payload = new byte[Math.max(0, length)];
        int at = 0;
        for (byte[] packet : packets) {
            if (at > 0) {
                payload[at++] = SEPARATOR;
            }
            System.arraycopy(packet, 0, payload, at, packet.length);
            at += packet.length;
        }
        return payload;
    }

    static byte[] ascii(char packet) {
        return String.valueOf(packet).getBytes(StandardCharsets.US_ASCII);
    }
}
