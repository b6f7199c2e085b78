package io.gangway.connection;

/** Why a connection ended, whichever side ended it. */
public enum CloseReason {
    /** The client left: it closed the transport or sent a close packet. */
    TRANSPORT_CLOSE,
    /** The transport failed: a broken connection, an aborted request. */
    TRANSPORT_ERROR,
    /** No pong arrived within the ping interval plus the ping timeout. */
    PING_TIMEOUT,
    /** The client broke the protocol. */
    PARSE_ERROR,
    /** The client did something that the protocol's or the application's rules forbid, or was refused. */
    POLICY_VIOLATION,
    /** The client reads too slowly: too many bytes wait for it, or a write to it made no progress. */
    SLOW_CLIENT,
    /** The client holds too much of the engine's memory for incoming messages, which others need. */
    OVER_BUDGET,
    /** The client sent more than a client may that no namespace has admitted. */
    OVER_LIMIT,
    /** This side closed the connection. */
    FORCED_CLOSE,
    /** The whole server is closing. */
    SERVER_SHUTDOWN
}
