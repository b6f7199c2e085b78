package io.gangway.spring;

import org.jspecify.annotations.Nullable;

/** Why an application cannot start with its engine, and what to do about it. */
final class EngineStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String action;

    EngineStartException(String description, String action) {
        this(description, action, null);
    }

    EngineStartException(String description, String action, @Nullable Throwable cause) {
        super(description, cause);
        this.action = action;
    }

    String action() {
        return action;
    }
}
