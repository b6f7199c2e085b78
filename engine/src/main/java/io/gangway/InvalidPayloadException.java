package io.gangway;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Arguments that are not what the handler expects. */
public class InvalidPayloadException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final transient List<Violation> violations;

    /**
     * One field that is not as it should be.
     *
     * @param field where in the payload, such as {@code author.name}
     * @param message what is expected there; reaches the client
     */
    public record Violation(String field, String message) {}

    public InvalidPayloadException(String message) {
        this(message, List.of(), null);
    }

    /** Tells the client each violation, as {@code {"violations":[{"field":..,"message":..}]}} in the data. */
    public InvalidPayloadException(String message, List<Violation> violations) {
        this(message, violations, null);
    }

    InvalidPayloadException(String message, Throwable cause) {
        this(message, List.of(), cause);
    }

    private InvalidPayloadException(String message, List<Violation> violations, @Nullable Throwable cause) {
        super(message, violations.isEmpty() ? null : Map.of("violations", List.copyOf(violations)), cause);
        this.violations = List.copyOf(violations);
    }

    /** The fields that are not as they should be; empty if the payload as a whole is not. */
    public List<Violation> violations() {
        return violations;
    }
}
