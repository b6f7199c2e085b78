package io.gangway.connection;

import java.nio.ByteBuffer;

/**
 * Receives what one client sends.
 *
 * <p>Calls come one at a time, in the client's order, on I/O threads: they must not block. {@link #onClose} is called
 * exactly once, as the last call.
 */
public interface ConnectionListener {
    /** The client sent a text message. */
    void onText(String text);

    /** The client sent a binary message; the listener owns the buffer. */
    void onBinary(ByteBuffer bytes);

    /** The connection has changed its {@linkplain Connection#transport() transport}. */
    default void onTransportChanged() {}

    /** The connection has ended; {@code detail} is for the log. May be called on any thread. */
    void onClose(CloseReason reason, String detail);
}
