package io.gangway;

import org.jspecify.annotations.Nullable;

/** The client is not allowed to do this; if a connect fails with it, the client gets it as {@code connect_error}. */
public class UnauthorizedException extends EngineException {
    private static final long serialVersionUID = 1L;

    /**
     * A refusal without further data.
     *
     * @param message the text for the client
     */
    public UnauthorizedException(String message) {
        super(message);
    }

    /**
     * @param message the text for the client
     * @param data additional data for the client, as JSON; null for none
     */
    public UnauthorizedException(String message, @Nullable Object data) {
        super(message, data);
    }
}
