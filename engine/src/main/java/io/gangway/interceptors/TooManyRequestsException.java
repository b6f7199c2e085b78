package io.gangway.interceptors;

import io.gangway.EngineException;
import java.time.Duration;
import java.util.Map;

/** A client sent more events than a {@link RateLimit} allows; the data has the milliseconds to wait. */
public final class TooManyRequestsException extends EngineException {
    private static final long serialVersionUID = 1L;

    /** How long until the next event is accepted. */
    private final Duration retryAfter;

    TooManyRequestsException(Duration retryAfter) {
        super("Too many requests", Map.of("retryAfter", retryAfter.toMillis()));
        this.retryAfter = retryAfter;
    }

    /** {@return how long until the next event is accepted, in whole milliseconds, at least one} */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** No stack trace: it would be the most expensive part of a refusal and of no use. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
