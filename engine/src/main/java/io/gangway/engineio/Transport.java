package io.gangway.engineio;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Outlet;

/** Carries a session's packets: long-polling or a WebSocket. */
public interface Transport extends Outlet {
    /** The name of long-polling in queries and open packets. */
    String POLLING = "polling";
    /** The name of the WebSocket transport in queries and open packets. */
    String WEBSOCKET = "websocket";

    /** The transport's name in queries and open packets. */
    String name();

    /** Sends a packet without queueing it: only for the answer to a probe, on a transport that is not in use yet. */
    void sendProbe(String packet);

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
