package io.gangway.spring;

import io.gangway.EngineBuilder;

/** Has an engine observed; there where the application has an {@code ObservationRegistry}. */
@FunctionalInterface
interface EngineObserving {
    void observe(EngineBuilder engine);
}
