package io.gangway.protocol;

/** A packet that breaks the protocol. The message is ours, short, and repeats nothing of the packet. */
public final class MalformedPacketException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedPacketException(String message) {
        super(message, null, false, false); // the fault is the client's: where it was noticed is of no interest
    }
}
