package io.gangway.jetty;

import io.gangway.engineio.EngineIoCodec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.exception.CloseException;
import org.jspecify.annotations.Nullable;

/**
 * Puts the fragments of one message after the other together, within limits. Confined to its connection's reading.
 *
 * <p>A fragment is what Jetty hands over: also the part of a frame that has arrived so far, so that memory grows with what
 * a client sent and not with what it announced.
 */
final class MessageAssembly {
    private static final int MAX_TINY_FRAGMENTS = 16_384;
    /** So many bytes in each fragment pay for handling it; only smaller ones are counted. */
    private static final int TINY = 64;

    private static final byte[] NOTHING = {};

    private final int maxBytes;
    private byte[] bytes = NOTHING;
    private int length;
    private int tinyFragments;
    private boolean text;

    MessageAssembly(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** A message begins, of text or of bytes. */
    void begin(boolean text) {
        this.text = text;
    }

    /** Whether the message is text. */
    boolean isText() {
        return text;
    }

    /** Adds the next fragment, whose bytes are copied; with null, an empty one. */
    void add(@Nullable ByteBuffer fragment, boolean last) {
        int size = fragment == null ? 0 : fragment.remaining();
        long limit = isBase64(fragment) ? Math.min(EngineIoCodec.base64Length(maxBytes), Integer.MAX_VALUE) : maxBytes;
        if (size > limit - length) {
            throw new CloseException(
                    CloseStatus.MESSAGE_TOO_LARGE, "a message of more than maxPayload, " + maxBytes + " bytes");
        }
        if (size < TINY && !last && ++tinyFragments > MAX_TINY_FRAGMENTS) {
            throw new CloseException(CloseStatus.POLICY_VIOLATION, "a message in more than 16384 tiny fragments");
        }
        int needed = length + size;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, last ? needed : (int) Math.min(limit, Math.max(needed, 2L * bytes.length)));
        }
        if (fragment != null) {
            fragment.get(bytes, length, size);
        }
        length = needed;
    }

    /** Whether the message is binary data in the form of text, whose own bytes are what counts. */
    private boolean isBase64(@Nullable ByteBuffer fragment) {
        if (!text) {
            return false;
        }
        if (length > 0) {
            return bytes[0] == EngineIoCodec.BINARY;
        }
        return fragment != null && fragment.hasRemaining() && fragment.get(fragment.position()) == EngineIoCodec.BINARY;
    }

    /** The message as text; the next may begin. */
    String takeText() {
        try {
            return StrictUtf8.decode(bytes, length);
        } catch (CharacterCodingException malformed) {
            throw new CloseException(CloseStatus.BAD_PAYLOAD, "a text message that is not UTF-8");
        } finally {
            reset();
        }
    }

    /** The message as bytes, which are the caller's; the next may begin. */
    ByteBuffer takeBinary() {
        ByteBuffer message = ByteBuffer.wrap(bytes, 0, length);
        reset();
        return message;
    }

    private void reset() {
        bytes = NOTHING;
        length = 0;
        tinyFragments = 0;
    }
}
