package io.gangway.connection;

import java.nio.ByteBuffer;

/**
 * One client's session, as its WebSocket sees it: receives what the client sends, and says how to close. Calls may come
 * on any thread, those with messages one at a time; none may block.
 */
public interface Session {
    /** What is held for the client until its handlers are done with it. */
    Account account();

    /** The WebSocket is open, and this session is its receiver. */
    default void onOpen(Transport from) {}

    /** A text message arrived. */
    void onText(Transport from, String message);

    /** A binary message arrived; the session owns the buffer. */
    void onBinary(Transport from, ByteBuffer message);

    /** A pong of RFC 6455 arrived, requested or not; ignored unless it is the session's heartbeat. */
    default void onPong(Transport from) {}

    /** The client closed the transport or broke its rules, or the transport failed. */
    void onClosed(Transport from, CloseReason reason, String detail);

    /** The queue has ended and all its frames are written: the session closes the transport. */
    void onDrained(Transport from);

    /** The Close frame for a transport that this side closes. */
    default CloseCode closeCode(CloseReason reason, String detail) {
        return CloseCode.of(reason, detail);
    }
}
