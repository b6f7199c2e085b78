package io.gangway;

import io.gangway.cluster.InvalidNameException;
import io.gangway.ids.RandomId;
import io.gangway.logs.SparingLog;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns failures into the body for the client, {@code {"status":"error","message":..}}, as NestJS clients expect it.
 *
 * <p>An {@link EngineException}'s message and data reach the client unchanged. Any other failure is masked, and logged
 * with an id that the client is told too; only this class creates those ids. A failure that repeats is logged sparingly:
 * clients could fill the disk with it. Missing nodes are reported to the client
 * and also logged, without a stack trace, because an outage causes many such failures.
 */
final class Failures {
    static final String MASK = "Internal server error";

    /** The event that reports a failure if the client requested no ack. */
    static final String EVENT = "exception";

    private static final Logger log = LoggerFactory.getLogger(Failures.class);
    private static final SparingLog sparing = new SparingLog(log);

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

    /**
     * The failure as the client may see it: masked unless it is an {@link EngineException}, with an id that the log
     * line has too.
     */
    static EngineException told(Throwable failure, Object where) {
        String id = log(failure, where);
        if (failure instanceof EngineException known) {
            return known;
        }
        String message = failure instanceof InvalidNameException invalid ? invalid.rule() : MASK;
        return new EngineException(message, id.isEmpty() ? null : Map.of("errorId", id));
    }

    /** Logs a failure, as an error unless it is meant for the client, and returns its id in the log. */
    static String log(Throwable failure, Object where) {
        if (failure instanceof PartialResultException partial) {
            Throwable cause = partial.getCause();
            sparing.warn(
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
        sparing.error(failure, "{} failed, error {}", where, id);
        return id;
    }
}
