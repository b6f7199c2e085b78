package io.gangway;

import io.gangway.cluster.InvalidNameException;
import io.gangway.ids.RandomId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client is told of a failure: {@code {"status":"error","message":..}}, the shape NestJS clients know.
 *
 * <p>An {@link EngineException}'s message and data go out unchanged. Anything else is masked and stands in the log, under an
 * id that the client is told: this is the one place that makes them. That other nodes are missing is told too, and stands in
 * the log as well, without a stack trace: an outage makes many of them.
 */
final class Failures {
    static final String MASK = "Internal server error";

    /** The event that tells of a failure where no ack was asked for. */
    static final String EVENT = "exception";

    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** The body for the client; logs the failure if it is masked. */
    static Map<String, Object> body(Throwable failure, Object where) {
        EngineException told = told(failure, where);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", "error");
        body.put("message", told.getMessage());
        if (told.data() != null) {
            body.put("data", told.data());
        }
        return body;
    }

    /** The failure as the client may know it: masked, unless it is ours, behind an id that stands in the log line too. */
    static EngineException told(Throwable failure, Object where) {
        String id = log(failure, where);
        if (failure instanceof EngineException known) {
            return known;
        }
        String message = failure instanceof InvalidNameException invalid ? invalid.rule() : MASK;
        return new EngineException(message, id.isEmpty() ? null : Map.of("errorId", id));
    }

    /** Logs a failure, as an error if it is not meant for the client, and returns the id it is logged under. */
    static String log(Throwable failure, Object where) {
        if (failure instanceof PartialResultException partial) {
            Throwable cause = partial.getCause();
            log.warn(
                    "{}: {}{}",
                    where,
                    partial.getMessage(),
                    cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage());
            return "";
        }
        if (failure instanceof InvalidPayloadException known) {
            log.debug("{}: {}", where, Quoted.of(known.logged()));
            return "";
        }
        if (failure instanceof EngineException known) {
            log.debug("{}: {}", where, Quoted.of(known.getMessage()));
            return "";
        }
        if (failure instanceof DisconnectedException) {
            log.debug("{}: {}", where, failure.getMessage());
            return "";
        }
        String id = RandomId.next();
        log.error("{} failed, error {}", where, id, failure);
        return id;
    }
}
