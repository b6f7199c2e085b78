package io.gangway;

import java.util.List;
import java.util.Optional;

/** Chooses the WebSocket subprotocol that a client is answered: see {@link HttpOptions.Builder#subprotocols(SubprotocolChoice)}. */
@FunctionalInterface
public interface SubprotocolChoice {
    /**
     * Asked once for each WebSocket whose client offers any; on an I/O thread, so it must not block. What it throws, or a
     * name that was not offered, refuses the WebSocket with 500.
     *
     * @param offered in the client's order of preference; clients have been seen to hide a token here: do not log it
     * @param handshake the request that asks for the WebSocket; without the auth payload, which comes later
     * @return one of those offered; empty to answer none, whereupon browsers and Node.js give the WebSocket up
     */
    Optional<String> choose(List<String> offered, Handshake handshake);
}
