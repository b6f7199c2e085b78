package io.gangway;

/** Handles an event that another server of the cluster sent to the servers. */
@FunctionalInterface
public interface ServerEventHandler {
    /**
     * On a handler thread that may block; a namespace's server events are handled one at a time, in order.
     *
     * @return the answer for the server that asked; dropped if it asked for none. {@link Ack#unanswered()} leaves it waiting
     * @throws Exception whatever went wrong: it is logged, and told to a server that asked for an answer
     */
    Ack handle(Arguments arguments) throws Exception;
}
