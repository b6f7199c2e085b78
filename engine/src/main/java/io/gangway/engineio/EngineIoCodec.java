package io.gangway.engineio;

import io.gangway.connection.Frame;
import io.gangway.connection.Rendering;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Engine.IO v4 packets as text: their types, and payloads of several for one polling response. */
public final class EngineIoCodec {
    public static final char OPEN = '0';
    public static final char CLOSE = '1';
    public static final char PING = '2';
    public static final char PONG = '3';
    public static final char MESSAGE = '4';
    public static final char UPGRADE = '5';
    public static final char NOOP = '6';

    /** Marks a binary packet in a polling payload; base64 follows. */
    static final char BINARY = 'b';
    /** Stands between the packets of a polling payload: Engine.IO v4, "HTTP long-polling". */
    static final char SEPARATOR = 0x1e;

    static final Frame PING_PACKET = Frame.control(String.valueOf(PING));

    /** A frame as packets of a polling payload. */
    static final Rendering<byte[]> POLLING = EngineIoCodec::renderPolling;

    private EngineIoCodec() {}

    /** The open packet: what the client has to know of its session. */
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
        byte[] text = frame.utf8();
        if (frame.isControl()) {
            return text;
        }
        ByteArrayOutputStream payload = new ByteArrayOutputStream(text.length + 1);
        payload.write(MESSAGE);
        payload.writeBytes(text);
        for (ByteBuffer attachment : frame.attachments()) {
            byte[] bytes = new byte[attachment.remaining()];
            attachment.duplicate().get(bytes);
            payload.write(SEPARATOR);
            payload.write(BINARY);
            payload.writeBytes(Base64.getEncoder().encode(bytes));
        }
        return payload.toByteArray();
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
