package io.gangway;

import org.jspecify.annotations.Nullable;

/** Arguments that are not what the handler expects. */
public class InvalidPayloadException extends EngineException {
    private static final long serialVersionUID = 1L;

    public InvalidPayloadException(String message) {
        super(message);
    }

    /** @param data what else the client is told, as JSON; null for nothing */
    public InvalidPayloadException(String message, @Nullable Object data) {
        super(message, data);
    }

    InvalidPayloadException(String message, Throwable cause) {
        super(message, null, cause);
    }
}
