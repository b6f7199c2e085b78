package io.gangway;

/** Handles the events of a namespace that have no handler: see {@link NamespaceBuilder#onUnhandled}. */
@FunctionalInterface
public interface UnhandledEventHandler {
    /**
     * Called for one event of a connection at a time, in the client's order, on a thread that may block.
     *
     * @param event the event's name
     * @return the answer; {@link Ack#unanswered()} leaves the client without an ack, as if there were no such handler
     * @throws Exception any failure: the client is told of it, as {@link Ack#failed} says
     */
    Ack handle(Event event) throws Exception;
}
