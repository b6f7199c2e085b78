package io.gangway.connection;

import org.jspecify.annotations.Nullable;

/**
 * The content of a WebSocket's Close frame: RFC 6455, section 5.5.1.
 *
 * @param code the status code, such as 1000
 * @param reason at most 123 bytes in UTF-8; null for none
 */
public record CloseCode(int code, @Nullable String reason) {
    private static final CloseCode NORMAL = new CloseCode(1000, null);
    private static final CloseCode GOING_AWAY = new CloseCode(1001, null);
    private static final int POLICY_VIOLATION = 1008;
    private static final CloseCode PROTOCOL_ERROR = new CloseCode(1002, null);
    /** "Try Again Later" of IANA's registry for RFC 6455, section 7.4. */
    private static final CloseCode TRY_AGAIN_LATER = new CloseCode(1013, "slow client");

    /** The Close frame for clients that learn more from their session's own packets. */
    public static CloseCode of(CloseReason reason, String detail) {
        return switch (reason) {
            case SLOW_CLIENT -> TRY_AGAIN_LATER;
            case OVER_BUDGET -> new CloseCode(TRY_AGAIN_LATER.code, detail);
            case OVER_LIMIT -> new CloseCode(POLICY_VIOLATION, detail);
            case PARSE_ERROR, POLICY_VIOLATION -> PROTOCOL_ERROR;
            case SERVER_SHUTDOWN -> GOING_AWAY;
            case TRANSPORT_CLOSE, TRANSPORT_ERROR, PING_TIMEOUT, FORCED_CLOSE -> NORMAL;
        };
    }
}
