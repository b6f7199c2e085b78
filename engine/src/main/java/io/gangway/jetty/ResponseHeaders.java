package io.gangway.jetty;

import io.gangway.connection.UpgradeRequest;
import java.util.function.BiConsumer;

/** Adds headers of the application's to the engine's responses, WebSocket handshakes too. Must not block. */
public interface ResponseHeaders {
    /** Adds none. */
    ResponseHeaders NONE = new ResponseHeaders() {};

    /**
     * Called once for each session, with the response to its handshake.
     *
     * @param headers takes names and values; a name given twice has the last value
     */
    default void initial(UpgradeRequest request, BiConsumer<String, String> headers) {}

    /** Called for every response, refusals too; for a handshake's before {@link #initial}. */
    default void every(UpgradeRequest request, BiConsumer<String, String> headers) {}
}
