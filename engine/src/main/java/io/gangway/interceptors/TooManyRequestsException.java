package io.gangway.interceptors;

import io.gangway.EngineException;
import java.time.Duration;
import java.util.Map;

/** What a client is told that sends more than a {@link RateLimit} allows, with the milliseconds to wait in its data. */
public final class TooManyRequestsException extends EngineException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    TooManyRequestsException(Duration retryAfter) {
        super("Too many requests", Map.of("retryAfter", retryAfter.toMillis()));
        this.retryAfter = retryAfter;
    }

    /** After this time one more will be taken; whole milliseconds, at least one. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** None: it would be the costliest part of a refusal, and would tell nothing. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
