package io.gangway.jetty;

import io.gangway.connection.Frame;
import io.gangway.connection.Rendering;
import io.gangway.engineio.EngineIoCodec;
import java.nio.ByteBuffer;

/** A frame as complete WebSocket bytes: RFC 6455, section 5.2, unmasked as a server's are. */
final class WebSocketRendering {
    /** Read-only and the same for all receivers: take no notice of its position, or duplicate it. */
    static final Rendering<ByteBuffer> BYTES = WebSocketRendering::render;

    private static final byte FINAL_TEXT = (byte) 0x81;
    private static final byte FINAL_BINARY = (byte) 0x82;
    private static final int MAX_IN_7_BITS = 125;
    private static final int MAX_IN_16_BITS = 0xFFFF;

    private WebSocketRendering() {}

    private static ByteBuffer render(Frame frame) {
        byte[] text = frame.utf8();
        int textLength = text.length + (frame.isControl() ? 0 : 1);
        long size = framed(textLength);
        for (ByteBuffer attachment : frame.attachments()) {
            size += framed(attachment.remaining());
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size));
        putHeader(bytes, FINAL_TEXT, textLength);
        if (!frame.isControl()) {
            bytes.put((byte) EngineIoCodec.MESSAGE);
        }
        bytes.put(text);
        for (ByteBuffer attachment : frame.attachments()) {
            // Engine.IO v4, "Packet encoding": on a WebSocket a binary packet is its bytes alone.
            putHeader(bytes, FINAL_BINARY, attachment.remaining());
            bytes.put(attachment.duplicate());
        }
        return bytes.flip().asReadOnlyBuffer();
    }

    private static long framed(int payload) {
        int header = payload <= MAX_IN_7_BITS ? 2 : payload <= MAX_IN_16_BITS ? 4 : 10;
        return (long) header + payload;
    }

    private static void putHeader(ByteBuffer bytes, byte firstByte, int payload) {
        bytes.put(firstByte);
        if (payload <= MAX_IN_7_BITS) {
            bytes.put((byte) payload);
        } else if (payload <= MAX_IN_16_BITS) {
            bytes.put((byte) 126).putShort((short) payload);
        } else {
            bytes.put((byte) 127).putLong(payload);
        }
    }
}
