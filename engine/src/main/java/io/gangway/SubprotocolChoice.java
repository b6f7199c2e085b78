package io.gangway;

import java.util.List;
import java.util.Optional;

/** Chooses the WebSocket subprotocol for a client: see {@link HttpOptions.Builder#subprotocols(SubprotocolChoice)}. */
@FunctionalInterface
public interface SubprotocolChoice {
    /**
     * Called once for each WebSocket whose client offers any, on an I/O thread: must not block. An exception, or a name
     * that was not offered, refuses the WebSocket with 500.
     *
     * @param offered in the client's order of preference; some clients pass a token here, so do not log it
     * @param handshake the request for the WebSocket, without the auth payload, which is sent later
     * @return one of those offered; empty for none, which makes browsers and Node.js close the WebSocket
     */
    Optional<String> choose(List<String> offered, Handshake handshake);
}
