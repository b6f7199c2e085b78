package io.gangway.protocol;

/** A packet breaks the protocol. The message is short and repeats nothing from the packet. */
public final class MalformedPacketException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedPacketException(String message) {
        super(message, null, false, false); // no stack trace: the client made the mistake, not this code
    }
}
