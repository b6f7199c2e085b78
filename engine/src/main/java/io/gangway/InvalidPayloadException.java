package io.gangway;

import io.gangway.protocol.MisfitException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments do not match what the handler expects.
 *
 * <p>For an argument that does not fit its type, the message names the event, the field, the expected and the received
 * value, as in {@code message.items[2].price expects a number, got "x"}. The received value is shown if a scalar is
 * expected, it is a string, number or boolean of at most 40 characters, and neither the event nor a field on the path
 * has a name like that of a secret, such as {@code password}, {@code accessToken} or {@code pin}; otherwise only its
 * kind is named. The engine's own log has only the kind.
 */
public class InvalidPayloadException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final transient List<Violation> violations;
    /** The message without any value of the payload. */
    private final String logged;

    /**
     * One invalid field.
     *
     * @param field the path in the payload, such as {@code author.name}
     * @param message the expectation that was not met; reaches the client
     */
    public record Violation(String field, String message) {}

    /**
     * A payload that is invalid as a whole.
     *
     * @param message what is wrong with it
     */
    public InvalidPayloadException(String message) {
        this(message, List.of());
    }

    /**
     * Lists the violations for the client, as {@code {"violations":[{"field":..,"message":..}]}} in the data.
     *
     * @param message the text for the client
     * @param violations what is wrong, and where
     */
    public InvalidPayloadException(String message, List<Violation> violations) {
        this(message, violations, null, null);
    }

    private InvalidPayloadException(
            String message, List<Violation> violations, @Nullable Throwable cause, @Nullable String logged) {
        super(message, violations.isEmpty() ? null : Map.of("violations", List.copyOf(violations)), cause);
        this.violations = List.copyOf(violations);
        this.logged = logged == null ? message : logged;
    }

    /**
     * For a payload that does not fit its type.
     *
     * @param place the event and the field that does not fit
     * @param secret whether the received value must not be shown
     */
    static InvalidPayloadException of(String place, MisfitException misfit, boolean secret) {
        String expectation = "expects " + misfit.expected() + ", got ";
        String told = expectation + (secret ? misfit.kind() : misfit.got());
        return new InvalidPayloadException(
                place + " " + told,
                misfit.field().isEmpty() ? List.of() : List.of(new Violation(misfit.field(), told)),
                misfit.thrownByConstructor(),
                place + " " + expectation + misfit.kind());
    }

    /** {@return the invalid fields; empty if the payload as a whole is invalid} */
    public List<Violation> violations() {
        return violations;
    }

    /** The message for the log, without any payload. */
    String logged() {
        return logged;
    }
}
