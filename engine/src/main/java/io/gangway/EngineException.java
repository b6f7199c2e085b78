package io.gangway;

import org.jspecify.annotations.Nullable;

/** A failure that the client is told about: its message and data reach the client unchanged. */
public class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Object data;

    public EngineException(String message) {
        this(message, null);
    }

    /** @param data what else the client is told, as JSON, with lists, maps, arrays and bytes as they are now; null for nothing */
    public EngineException(String message, @Nullable Object data) {
        this(message, data, null);
    }

    /** @param cause for the log alone */
    public EngineException(String message, @Nullable Object data, @Nullable Throwable cause) {
        super(message, cause);
        this.data = FixedValue.of(data);
    }

    /**
     * What a client may be told of a failure, for exception filters that tell it themselves: the failure as it is if it is an
     * {@code EngineException}. Anything else is logged as an error, and the client told "Internal server error" and
     * {@code {"errorId":..}}: the 20 characters under which it stands in the log.
     *
     * @param where what failed, for the log line, such as the event
     */
    public static EngineException forClient(Throwable failure, Object where) {
        return Failures.told(failure, where);
    }

    /** What the client is told besides the message; null for nothing. */
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
