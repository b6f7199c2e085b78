package io.gangway;

/** How the waiting for one client's ack ended. */
public enum AckOutcome {
    /** The client answered. */
    SUCCESS,
    /** The client did not answer in time. */
    TIMEOUT,
    /** The client left before it answered. */
    DISCONNECTED,
    /** The application waits no longer: it has completed the future itself. */
    CANCELLED
}
