package io.gangway;

/** Handles an event that another server of the cluster sent to the servers of a namespace. */
@FunctionalInterface
public interface ServerEventHandler {
    /**
     * Called on a handler thread, and may block; a namespace's server events are handled one at a time, in order.
     *
     * @param arguments the event's arguments
     * @return the answer for the sending server; dropped if it requested none. {@link Ack#unanswered()} leaves it
     *     waiting
     * @throws Exception any failure: it is logged, and reported to a server that requested an answer
     */
    Ack handle(Arguments arguments) throws Exception;
}
