package io.gangway;

import org.jspecify.annotations.Nullable;

/** A failure for the client: its message and data reach the client unchanged. */
public class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Object data;

    /**
     * A failure without further data.
     *
     * @param message the text for the client
     */
    public EngineException(String message) {
        this(message, null);
    }

    /**
     * @param message the text for the client
     * @param data additional data for the client, as JSON; lists, maps, arrays and bytes are copied now; null for none
     */
    public EngineException(String message, @Nullable Object data) {
        this(message, data, null);
    }

    /**
     * @param message the text for the client
     * @param data additional data for the client, as JSON; null for none
     * @param cause the cause, which only the log shows
     */
    public EngineException(String message, @Nullable Object data, @Nullable Throwable cause) {
        super(message, cause);
        this.data = FixedValue.of(data);
    }

    /**
     * The exception that a client may see for a failure, for an application's own exception filters: the failure itself
     * if it is an {@code EngineException}. Any other failure is logged as an error, and the client may see "Internal
     * server error" with {@code {"errorId":..}}, 20 characters that the log line has too.
     *
     * @param failure the failure
     * @param where the operation that failed, for the log line, such as the event
     * @return the exception to tell the client
     */
    public static EngineException forClient(Throwable failure, Object where) {
        return Failures.told(failure, where);
    }

    /** {@return the additional data for the client; null for none} */
    public @Nullable Object data() {
        return data;
    }

    /** The message, which is never null here. */
    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }
}
