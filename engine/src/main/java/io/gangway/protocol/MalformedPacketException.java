package io.gangway.protocol;

import io.gangway.connection.CloseReason;

/** A packet breaks the protocol. The message is short and repeats nothing from the packet. */
public final class MalformedPacketException extends Exception {
    private static final long serialVersionUID = 1L;

    private final CloseReason reason;

    /** The packet cannot be read. */
    public MalformedPacketException(String message) {
        this(CloseReason.PARSE_ERROR, message);
    }

    private MalformedPacketException(CloseReason reason, String message) {
        super(message, null, false, false); // no stack trace: the client made the mistake, not this code
        this.reason = reason;
    }

    /** The packet can be read, but a rule forbids it. */
    static MalformedPacketException forbidden(String rule) {
        return new MalformedPacketException(CloseReason.POLICY_VIOLATION, rule);
    }

    /** The reason for which the client's connection ends. */
    public CloseReason reason() {
        return reason;
    }
}
