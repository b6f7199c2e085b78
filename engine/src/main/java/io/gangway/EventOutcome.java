package io.gangway;

import org.jspecify.annotations.Nullable;

/** How the handling of a client's event ended. */
public enum EventOutcome {
    /** The handler answered, or there was nothing to answer. */
    SUCCESS,
    /** It failed with an {@link EngineException}, whose message the client is told. */
    REFUSED,
    /** It failed with any other exception, of which the client learns only an id. */
    FAILURE,
    /** A late ack was not settled within {@link EngineBuilder#ackTimeout}. */
    TIMEOUT;

    static EventOutcome of(@Nullable Throwable failure) {
        return failure == null ? SUCCESS : failure instanceof EngineException ? REFUSED : FAILURE;
    }
}
