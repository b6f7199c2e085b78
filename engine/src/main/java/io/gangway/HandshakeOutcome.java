package io.gangway;

/** How a client's attempt to connect ended, before any namespace was asked. */
public enum HandshakeOutcome {
    /** The client has been connected. */
    ACCEPTED,
    /** Refused: the page's origin is not allowed. */
    ORIGIN,
    /** Refused by the application's {@link Admission}, or its choice of a subprotocol failed. */
    ADMISSION,
    /** Refused: the engine drains or closes. */
    DRAINING,
    /** Refused: the request is not a valid handshake. */
    MALFORMED,
    /**
     * Refused: the request names a session that this node does not know. Many of these mean that a load balancer sends the
     * requests of one client to several nodes.
     */
    UNKNOWN_SESSION
}
