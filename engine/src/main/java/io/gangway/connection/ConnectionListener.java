package io.gangway.connection;

import java.nio.ByteBuffer;

/**
 * Hears what one client sends.
 *
 * <p>Calls come one at a time, in the client's order, on I/O threads: they must not block. {@link #onClose} comes exactly
 * once, after which nothing else comes.
 */
public interface ConnectionListener {
    /** A text message of the client. */
    void onText(String text);

    /** A binary message of the client; the listener owns the buffer. */
    void onBinary(ByteBuffer bytes);

    /** The connection is over; {@code detail} is for the log. May come on any thread. */
    void onClose(CloseReason reason, String detail);
}
