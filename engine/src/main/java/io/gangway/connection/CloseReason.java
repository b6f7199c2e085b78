package io.gangway.connection;

/** Why a connection ended, whoever ended it. */
public enum CloseReason {
    /** The client went: its transport closed, or it sent a close packet. */
    TRANSPORT_CLOSE,
    /** The transport failed: a broken connection, an aborted request. */
    TRANSPORT_ERROR,
    /** No pong came within the ping interval and the ping timeout together. */
    PING_TIMEOUT,
    /** The client broke the protocol. */
    PARSE_ERROR,
    /** More waits for the client than it is allowed to keep us waiting for. */
    SLOW_CLIENT,
    /** This side closed the connection. */
    FORCED_CLOSE,
    /** The whole server closes. */
    SERVER_SHUTDOWN
}
