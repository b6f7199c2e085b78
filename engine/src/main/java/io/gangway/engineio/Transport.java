package io.gangway.engineio;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Outlet;

/** One way to carry a session's packets: long-polling, or a WebSocket. */
public interface Transport extends Outlet {
    /** The name of the WebSocket transport in queries and open packets. */
    String WEBSOCKET = "websocket";

    /** The transport's name in queries and open packets. */
    String name();

    /** Sends a packet past the session's queue: only for the probe, which is answered on a transport not yet in use. */
    void sendProbe(String packet);

    /** Stops reading from the client. */
    void pause();

    /** Reads on. */
    void resume();

    /** Ends the transport without regard to what waits, telling the client why if that takes no waiting. */
    void close(CloseReason reason, String detail);
}
