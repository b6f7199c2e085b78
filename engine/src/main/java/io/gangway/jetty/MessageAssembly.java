package io.gangway.jetty;

import io.gangway.engineio.EngineIoCodec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.exception.CloseException;
import org.jspecify.annotations.Nullable;

/**
 * Assembles messages from their fragments, one after the other, within limits. Confined to its connection's reading.
 *
 * <p>A fragment may be the part of a frame that has arrived so far, so that memory grows with the bytes a client sent,
 * not with the length it announced.
 */
final class MessageAssembly {
    private static final int MAX_TINY_FRAGMENTS = 16_384;
    /** Only fragments smaller than this are counted: larger ones pay for being handled by using up maxPayload. */
    private static final int TINY = 64;

    private static final byte[] NOTHING = {};

    private final int maxBytes;
    private final boolean base64;
    private byte[] bytes = NOTHING;
    private int length;
    private int tinyFragments;
    private boolean text;

    /** @param base64 whether text that begins with {@code b} is base64 */
    MessageAssembly(int maxBytes, boolean base64) {
        this.maxBytes = maxBytes;
        this.base64 = base64;
    }

    /** Begins a message. */
    void begin(boolean text) {
        this.text = text;
    }

    /** Whether the message is text. */
    boolean isText() {
        return text;
    }

    /** Adds a copy of the next fragment; null is an empty one. */
    void add(@Nullable ByteBuffer fragment, boolean last) {
        int size = fragment == null ? 0 : fragment.remaining();
        long limit = isBase64(fragment) ? Math.min(EngineIoCodec.base64Length(maxBytes), Integer.MAX_VALUE) : maxBytes;
        if (size > limit - length) {
            throw new CloseException(
                    CloseStatus.MESSAGE_TOO_LARGE,
                    "the client sent a message larger than maxPayload, " + maxBytes + " bytes");
        }
        if (size < TINY && !last && ++tinyFragments > MAX_TINY_FRAGMENTS) {
            throw new CloseException(
                    CloseStatus.POLICY_VIOLATION, "the client sent a message in more than 16384 tiny fragments");
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

    /** Whether the message is base64 text: then the decoded size counts. */
    private boolean isBase64(@Nullable ByteBuffer fragment) {
        if (!text || !base64) {
            return false;
        }
        if (length > 0) {
            return bytes[0] == EngineIoCodec.BINARY;
        }
        return fragment != null && fragment.hasRemaining() && fragment.get(fragment.position()) == EngineIoCodec.BINARY;
    }

    /** Returns the message as text, and is ready for the next. */
    String takeText() {
        try {
            return StrictUtf8.decode(bytes, length);
        } catch (CharacterCodingException malformed) {
            throw new CloseException(CloseStatus.BAD_PAYLOAD, "the client sent a text message that is not UTF-8");
        } finally {
            reset();
        }
    }

    /** Returns the message's bytes, which the caller then owns, and is ready for the next. */
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
