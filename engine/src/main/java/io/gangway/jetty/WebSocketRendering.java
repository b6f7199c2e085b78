package io.gangway.jetty;

import io.gangway.connection.Frame;
import io.gangway.connection.Rendering;
import io.gangway.engineio.EngineIoCodec;
import java.nio.ByteBuffer;
import java.util.List;

/** Encodes a frame as complete WebSocket bytes: RFC 6455, section 5.2, unmasked because they come from a server. */
final class WebSocketRendering {
    /** Read-only and shared by all receivers: read by absolute index, or duplicate it. */
    static final Rendering<ByteBuffer> BYTES = WebSocketRendering::render;

    /** The same for clients that requested base64, for example behind a proxy that blocks binary frames. */
    static final Rendering<ByteBuffer> TEXT_ALONE = WebSocketRendering::renderAsText;

    /** Without Engine.IO: a message is its text, a control packet a ping. */
    static final Rendering<ByteBuffer> PLAIN = WebSocketRendering::renderPlain;

    private static final byte FINAL_PING = (byte) 0x89;
    private static final byte FINAL_TEXT = (byte) 0x81;
    private static final byte FINAL_BINARY = (byte) 0x82;
    private static final int MAX_IN_7_BITS = 125;
    private static final int MAX_IN_16_BITS = 0xFFFF;

    private WebSocketRendering() {}

    /** Engine.IO v4, "Packet encoding": on a WebSocket, a binary packet is just its bytes. */
    private static ByteBuffer render(Frame frame) {
        return render(frame, FINAL_BINARY, frame.attachments());
    }

    private static ByteBuffer renderAsText(Frame frame) {
        if (frame.attachments().isEmpty()) {
            return frame.rendered(BYTES);
        }
        List<ByteBuffer> packets = frame.attachments().stream()
                .map(attachment -> ByteBuffer.wrap(EngineIoCodec.base64(attachment)))
                .toList();
        return render(frame, FINAL_TEXT, packets);
    }

    private static ByteBuffer renderPlain(Frame frame) {
        byte[] text = frame.utf8();
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(framed(text.length)));
        putHeader(bytes, frame.isControl() ? FINAL_PING : FINAL_TEXT, text.length);
        return bytes.put(text).flip().asReadOnlyBuffer();
    }

    private static ByteBuffer render(Frame frame, byte firstByte, List<ByteBuffer> attachments) {
        byte[] text = frame.utf8();
        int textLength = text.length + (frame.isControl() ? 0 : 1);
        long size = frame.isBinary() ? 0 : framed(textLength);
        for (ByteBuffer attachment : attachments) {
            size += framed(attachment.remaining());
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size));
        if (!frame.isBinary()) {
            putHeader(bytes, FINAL_TEXT, textLength);
            if (!frame.isControl()) {
                bytes.put((byte) EngineIoCodec.MESSAGE);
            }
            bytes.put(text);
        }
        for (ByteBuffer attachment : attachments) {
            putHeader(bytes, firstByte, attachment.remaining());
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
