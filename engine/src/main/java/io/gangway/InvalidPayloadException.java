package io.gangway;

import io.gangway.protocol.MisfitException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Arguments that are not what the handler expects.
 *
 * <p>The message of one that does not fit its type names the event, the field, what is expected and what came, as in
 * {@code message.items[2].price expects a number, got "x"}. What came is shown if it is a string, number or boolean of at
 * most 40 characters where such a one is expected, and neither the event nor a field on the way is named like a secret, such
 * as {@code password}, {@code accessToken} or {@code pin}; else only its kind is told. The engine's own log has the kind
 * alone.
 */
public class InvalidPayloadException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final transient List<Violation> violations;
    private final String logged;

    /**
     * One field that is not as it should be.
     *
     * @param field where in the payload, such as {@code author.name}
     * @param message what is expected there; reaches the client
     */
    public record Violation(String field, String message) {}

    public InvalidPayloadException(String message) {
        this(message, List.of());
    }

    /** Tells the client each violation, as {@code {"violations":[{"field":..,"message":..}]}} in the data. */
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
     * A payload that does not fit its type.
     *
     * @param place the field that does not, with the event before it
     * @param secret whether the value that came may not be shown
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

    /** The fields that are not as they should be; empty if the payload as a whole is not. */
    public List<Violation> violations() {
        return violations;
    }

    /** The message as it may stand in a log, where no payload does. */
    String logged() {
        return logged;
    }
}
