package io.gangway;

/** Is called for every event of a namespace before its handler: see {@link NamespaceBuilder#onAny}. */
@FunctionalInterface
public interface EventListener {
    void onEvent(Event event) throws Exception;
}
