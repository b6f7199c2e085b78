package io.gangway;

import io.gangway.connection.CloseReason;

/** Why a socket left its namespace, in Socket.IO's words. */
public enum DisconnectReason {
    /** The client's connection closed. */
    TRANSPORT_CLOSE("transport close"),
    /** The client's connection broke. */
    TRANSPORT_ERROR("transport error"),
    /** The client did not answer a ping in time. */
    PING_TIMEOUT("ping timeout"),
    /** The client sent invalid data. */
    PARSE_ERROR("parse error"),
    /** The client left this namespace. */
    CLIENT_NAMESPACE_DISCONNECT("client namespace disconnect"),
    /** The application disconnected the socket, or closed its connection: {@link Socket#closeConnection()}. */
    SERVER_NAMESPACE_DISCONNECT("server namespace disconnect"),
    /** The client has come back on another connection, so the engine closed this one: see {@link Recovery}. */
    FORCED_CLOSE("forced close"),
    /** The engine is closing. */
    SERVER_SHUTDOWN("server shutting down"),
    /**
     * The client read nothing, or too little, for {@link Limits.Builder#slowAfter} while something waited for it, or more
     * waited than {@link Limits.Builder#maxUnsent} or {@link Limits.Builder#outboundBudget} allow.
     */
    SLOW_CLIENT("slow client"),
    /** The client kept too much of the engine's memory for incoming messages: {@link Limits.Builder#inboundBudget}. */
    OVER_BUDGET("over budget");

    private final String wording;

    DisconnectReason(String wording) {
        this.wording = wording;
    }

    static DisconnectReason of(CloseReason reason) {
        return switch (reason) {
            case TRANSPORT_CLOSE -> TRANSPORT_CLOSE;
            case TRANSPORT_ERROR -> TRANSPORT_ERROR;
            case PING_TIMEOUT -> PING_TIMEOUT;
            case PARSE_ERROR, POLICY_VIOLATION -> PARSE_ERROR;
            case SLOW_CLIENT -> SLOW_CLIENT;
            case OVER_BUDGET -> OVER_BUDGET;
            case FORCED_CLOSE, OVER_LIMIT -> FORCED_CLOSE;
            case SERVER_SHUTDOWN -> SERVER_SHUTDOWN;
        };
    }

    /** Whether the client may come back for what it missed: neither side wanted it to leave. */
    boolean isInvoluntary() {
        return switch (this) {
            case TRANSPORT_CLOSE, TRANSPORT_ERROR, PING_TIMEOUT, FORCED_CLOSE, SERVER_SHUTDOWN, SLOW_CLIENT -> true;
            case PARSE_ERROR, CLIENT_NAMESPACE_DISCONNECT, SERVER_NAMESPACE_DISCONNECT, OVER_BUDGET -> false;
        };
    }

    /** The reason as Socket.IO names it. */
    @Override
    public String toString() {
        return wording;
    }
}
