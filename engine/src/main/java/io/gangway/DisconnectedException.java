package io.gangway;

/** The socket left before the client answered; see {@link Socket#emitWithAck}. */
public final class DisconnectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DisconnectedException(String message) {
        super(message);
    }
}
