package io.gangway;

/** Is called for every event of a namespace before its handler: see {@link NamespaceBuilder#onAny}. */
@FunctionalInterface
public interface EventListener {
    /**
     * Called for each event, before its handler.
     *
     * @param event the event
     * @throws Exception any failure: it becomes the failure of the event
     */
    void onEvent(Event event) throws Exception;
}
