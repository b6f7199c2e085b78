package io.gangway;

import org.jspecify.annotations.Nullable;

/** A client that may not do this: as the outcome of a connect it becomes the client's {@code connect_error}. */
public class UnauthorizedException extends EngineException {
    private static final long serialVersionUID = 1L;

    public UnauthorizedException(String message) {
        super(message);
    }

    /** @param data what else the client is told, as JSON; null for nothing */
    public UnauthorizedException(String message, @Nullable Object data) {
        super(message, data);
    }
}
