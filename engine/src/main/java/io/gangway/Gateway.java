package io.gangway;

/** Configures a namespace: a class with the handlers as methods, or a lambda. */
@FunctionalInterface
public interface Gateway {
    /**
     * Called once, while the engine is built.
     *
     * @param namespace where to add handlers and interceptors
     */
    void configure(NamespaceBuilder namespace);
}
