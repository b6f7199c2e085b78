package io.gangway.engineio;

/** A request that Engine.IO refuses; the message is for the log, the client is told the {@link #error()}. */
public final class EngineIoException extends Exception {
    private static final long serialVersionUID = 1L;

    private final EngineIoError error;

    public EngineIoException(EngineIoError error, String detail) {
        super(detail, null, false, false); // the fault is the client's: where it was noticed is of no interest
        this.error = error;
    }

    public EngineIoError error() {
        return error;
    }
}
