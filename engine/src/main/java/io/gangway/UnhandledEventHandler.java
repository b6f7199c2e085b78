package io.gangway;

/** Decides about the events of a namespace that have no handler: see {@link NamespaceBuilder#onUnhandled}. */
@FunctionalInterface
public interface UnhandledEventHandler {
    /**
     * Called for one event of a connection at a time, in the client's order, on a thread that may block.
     *
     * @return the answer; {@link Ack#unanswered()} to leave the client without one, as though this had not been called
     */
    Ack handle(Event event) throws Exception;
}
