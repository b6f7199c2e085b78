package io.gangway.spring;

import io.gangway.EngineBuilder;

/**
 * A bean that has the last word on how the engine is built: after the {@code gangway.*} properties and the other beans. Several
 * are asked in the order of their {@code @Order}.
 */
@FunctionalInterface
public interface EngineCustomizer {
    /**
     * Calls the builder's methods; called once for each engine, before it is built.
     *
     * @param engine the builder, with all other choices made
     */
    void customize(EngineBuilder engine);
}
