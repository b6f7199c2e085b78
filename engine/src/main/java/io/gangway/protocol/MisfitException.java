package io.gangway.protocol;

import com.google.gson.JsonParseException;
import org.jspecify.annotations.Nullable;

/** An element does not fit the requested type; names the place inside the element. */
public final class MisfitException extends JsonParseException {
    private static final long serialVersionUID = 1L;

    /** The beginning of Gson's message when a type's own constructor throws. */
    static final String CONSTRUCTOR_FAILED = "Failed to invoke constructor";

    private final String field;
    private final String expected;
    private final String got;
    private final String kind;

    MisfitException(String field, String expected, String got, String kind, Throwable cause) {
        super((field.isEmpty() ? "the element" : field) + " expects " + expected + ", got " + kind, cause);
        this.field = field;
        this.expected = expected;
        this.got = got;
        this.kind = kind;
    }

    /** The place inside the element, such as {@code items[2].price}; empty for the element itself. */
    public String field() {
        return field;
    }

    /** The value expected there, such as {@code a number}. */
    public String expected() {
        return expected;
    }

    /** The value received: itself if it is short and no name on its path is that of a secret, otherwise its kind. */
    public String got() {
        return got;
    }

    /** The kind of the value received, such as {@code a string}. */
    public String kind() {
        return kind;
    }

    /**
     * The exception of the type's own constructor; null if it threw none. All other causes are Gson's, whose messages
     * quote the client's data.
     */
    public @Nullable Throwable thrownByConstructor() {
        for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (cause.getClass() == RuntimeException.class
                    && message != null
                    && message.startsWith(CONSTRUCTOR_FAILED)) {
                return cause.getCause();
            }
        }
        return null;
    }
}
