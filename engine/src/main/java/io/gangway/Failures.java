package io.gangway;

import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client is told of a failure: {@code {"status":"error","message":..}}, the shape NestJS clients know.
 *
 * <p>An {@link EngineException}'s message and data go out unchanged. Anything else is masked and stands in the log.
 */
final class Failures {
    static final String MASK = "Internal server error";

    /** The event that tells of a failure where no ack was asked for. */
    static final String EVENT = "exception";

    private static final Logger log = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** The body for the client; logs the failure if it is masked. */
    static Map<String, Object> body(Throwable failure, Object where) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", "error");
        EngineException told = told(failure, where);
        body.put("message", told.getMessage());
        if (told.data() != null) {
            body.put("data", told.data());
        }
        return body;
    }

    /** The failure as the client may know it; logs it if it is masked. */
    static EngineException told(Throwable failure, Object where) {
        if (failure instanceof EngineException known) {
            log.debug("{}: {}", where, known.getMessage());
            return known;
        }
        log.error("{} failed", where, failure);
        return new EngineException(MASK);
    }
}
