package io.gangway.jetty;

import io.gangway.connection.Account;
import io.gangway.connection.Session;
import io.gangway.connection.Transport;
import io.gangway.engineio.EngineIoCodec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.exception.CloseException;
import org.jspecify.annotations.Nullable;

/**
 * Assembles messages from their fragments, one after the other, within limits. Confined to its connection's reading,
 * except for {@link #discard}.
 *
 * <p>A fragment may be the part of a frame that has arrived so far, so that memory grows with the bytes a client sent,
 * not with the length it announced.
 */
final class MessageAssembly {
    private static final int MAX_TINY_FRAGMENTS = 16_384;
    /** Only fragments smaller than this are counted: larger ones pay for being handled by using up maxPayload. */
    private static final int TINY = 64;

    private static final byte[] NOTHING = {};

    private final int maxPayload;
    private final boolean base64;
    private final Account account;
    private byte[] bytes = NOTHING;
    private int length;

    /** The steps of the array on the account; modified only with the lock held. */
    private volatile int counted;

    private boolean discarded;
    private int tinyFragments;
    private boolean text;

    /**
     * @param base64 whether text that begins with {@code b} is base64
     * @param account counts the message until it has been passed on
     */
    MessageAssembly(int maxPayload, boolean base64, Account account) {
        this.maxPayload = maxPayload;
        this.base64 = base64;
        this.account = account;
    }

    /** Adds a frame's data, and passes the message on if it is complete. */
    void onFrame(Frame frame, Session receiver, Transport from) {
        if (frame.getOpCode() != OpCode.CONTINUATION) {
            begin(frame.getOpCode() == OpCode.TEXT);
        }
        add(frame.getPayload(), frame.isFin());
        if (!frame.isFin()) {
            return;
        }
        account.receivedBytes(length);
        if (text) {
            String message = takeText();
            recount(); // before the receiver counts the message
            receiver.onText(from, message);
        } else {
            ByteBuffer message = takeBinary();
            recount();
            receiver.onBinary(from, message);
        }
    }

    /** Begins a message. */
    void begin(boolean text) {
        this.text = text;
    }

    /** Adds a copy of the next fragment; null is an empty one. */
    void add(@Nullable ByteBuffer fragment, boolean last) {
        int size = fragment == null ? 0 : fragment.remaining();
        int maxBytes = account.longestMessage(maxPayload);
        long limit = isBase64(fragment) ? Math.min(EngineIoCodec.base64Length(maxBytes), Integer.MAX_VALUE) : maxBytes;
        if (size > limit - length) {
            throw new CloseException(
                    CloseStatus.MESSAGE_TOO_LARGE,
                    maxBytes < maxPayload
                            ? account.unadmittedText()
                            : "the client sent a message larger than maxPayload, " + maxBytes + " bytes");
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
        recount();
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

    private void recount() {
        int steps = Account.steps(bytes.length);
        if (steps == counted) {
            if (steps > 0) { // not in small messages
                account.getsOn();
            }
            return;
        }
        int more;
        synchronized (this) {
            more = discarded ? 0 : steps - counted;
            counted += more;
        }
        account.changeArriving(more);
    }

    /** The connection has closed, and so the message is incomplete for good; may be called on any thread. */
    void discard() {
        int steps;
        synchronized (this) {
            discarded = true;
            steps = counted;
            counted = 0;
        }
        account.changeArriving(-steps);
    }

    private void reset() {
        bytes = NOTHING;
        length = 0;
        tinyFragments = 0;
    }
}
