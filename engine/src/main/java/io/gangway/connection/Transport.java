package io.gangway.connection;

/** Carries a connection's messages: long-polling or a WebSocket. */
public interface Transport extends Outlet {
    /** The name of long-polling. */
    String POLLING = "polling";
    /** The name of the WebSocket transport. */
    String WEBSOCKET = "websocket";

    /** The transport's name, as in {@link Connection#transport()}. */
    String name();

    /** Sends a text message past the queue: only on a transport that is not in use yet. */
    void sendUnqueued(String message);

    /** Stops reading from the client. */
    void pause();

    /** Resumes reading. */
    void resume();

    /**
     * Ends the transport without sending the queued frames, and tells the client why if that is possible without
     * waiting.
     */
    void close(CloseReason reason, String detail);
}
