package io.gangway.protocol;

import com.google.gson.JsonParseException;
import org.jspecify.annotations.Nullable;

/** An element that does not fit the type it was asked for as, with the place in it where it does not. */
public final class MisfitException extends JsonParseException {
    private static final long serialVersionUID = 1L;

    /** How Gson's message begins when a type's own constructor throws. */
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

    /** Where in the element, such as {@code items[2].price}; empty for the element itself. */
    public String field() {
        return field;
    }

    /** What is expected there, such as {@code a number}. */
    public String expected() {
        return expected;
    }

    /** What came: a short value, unless a name on the way is one of a secret, or else its kind. */
    public String got() {
        return got;
    }

    /** What kind of value came, such as {@code a string}. */
    public String kind() {
        return kind;
    }

    /**
     * What the type's own constructor threw; null if it was none. All other causes are Gson's, whose messages quote what the
     * client sent.
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
