package io.gangway;

/** Hears every event of a namespace before its handler does: see {@link NamespaceBuilder#onAny}. */
@FunctionalInterface
public interface EventListener {
    void onEvent(Event event) throws Exception;
}
