package io.gangway;

/** How a client speaks to the engine. */
public enum ClientKind {
    /** A Socket.IO client. */
    SOCKET_IO,
    /** A WebSocket without Socket.IO, on a route of {@link EngineBuilder#plainWebSocket}. */
    PLAIN
}
