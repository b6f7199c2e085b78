package io.gangway;

/** Configures a namespace: a class with the handlers as methods, or a lambda. */
@FunctionalInterface
public interface Gateway {
    void configure(NamespaceBuilder namespace);
}
