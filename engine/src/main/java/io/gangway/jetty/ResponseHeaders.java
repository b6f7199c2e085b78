package io.gangway.jetty;

import io.gangway.connection.UpgradeRequest;
import java.util.function.BiConsumer;

/** Adds the application's headers to the engine's responses, including WebSocket handshakes. Must not block. */
public interface ResponseHeaders {
    /** Adds no headers. */
    ResponseHeaders NONE = new ResponseHeaders() {};

    /**
     * Called once for each session, with the response to its handshake.
     *
     * @param headers takes names and values; of a repeated name the last value counts
     */
    default void initial(UpgradeRequest request, BiConsumer<String, String> headers) {}

    /** Called for every response, including refusals; for a handshake, before {@link #initial}. */
    default void every(UpgradeRequest request, BiConsumer<String, String> headers) {}
}
