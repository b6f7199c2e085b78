package io.gangway.engineio;

/** Engine.IO refuses a request: the message is for the log, the client gets {@link #error()}. */
public final class EngineIoException extends Exception {
    private static final long serialVersionUID = 1L;

    private final EngineIoError error;

    public EngineIoException(EngineIoError error, String detail) {
        super(detail, null, false, false); // no stack trace: the client made the mistake, not this code
        this.error = error;
    }

    public EngineIoError error() {
        return error;
    }
}
