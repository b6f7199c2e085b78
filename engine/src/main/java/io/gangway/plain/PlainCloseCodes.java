package io.gangway.plain;

import io.gangway.connection.CloseCode;
import io.gangway.connection.CloseReason;
import java.nio.charset.StandardCharsets;

/** The Close frames of plain WebSockets, from which alone their clients learn why: RFC 6455, section 7.4. */
final class PlainCloseCodes {
    /** The longest reason, in bytes of UTF-8. */
    private static final int MAX_BYTES = 123;

    /** The detail of a session that ended because of a binary message. */
    static final String NO_BINARY = "binary messages are not accepted: send text";

    private PlainCloseCodes() {}

    /** @param detail for the client if it broke a rule, otherwise for the log */
    static CloseCode of(CloseReason reason, String detail) {
        return switch (reason) {
            case PARSE_ERROR -> new CloseCode(detail.equals(NO_BINARY) ? 1003 : 1007, shortened(detail));
            case POLICY_VIOLATION, OVER_LIMIT -> new CloseCode(1008, shortened(detail));
            case PING_TIMEOUT -> new CloseCode(1001, "no pong arrived in time");
            case SERVER_SHUTDOWN -> new CloseCode(1012, "service restart");
            case SLOW_CLIENT -> new CloseCode(1013, "slow client");
            case OVER_BUDGET -> new CloseCode(1013, shortened(detail));
            case TRANSPORT_CLOSE, TRANSPORT_ERROR, FORCED_CLOSE -> new CloseCode(1000, null);
        };
    }

    /** The longest beginning of the text that fits a Close frame, in whole characters. */
    static String shortened(String text) {
        int bytes = 0;
        StringBuilder fitting = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            int read = text.codePointAt(i);
            i += Character.charCount(read);
            int point = Character.getType(read) == Character.SURROGATE ? 0xFFFD : read; // half a pair has no UTF-8
            String character = Character.toString(point);
            bytes += character.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_BYTES) {
                break;
            }
            fitting.append(character);
        }
        return fitting.toString();
    }
}
