package io.gangway;

/**
 * Handles one event of one client.
 *
 * @param <T> the type of the first argument, or {@link Arguments} for all arguments
 */
@FunctionalInterface
public interface EventHandler<T> {
    /**
     * Called for one event of a connection at a time, in the client's order, on a thread that may block.
     *
     * @param socket the socket that sent the event
     * @param data the event's first argument
     * @return the answer; {@link Ack#empty()} calls the client's callback without arguments, {@link Ack#unanswered()}
     *     does not call it, like a handler in Node.js that never calls its callback
     * @throws Exception any failure: the client is told of it, as {@link Ack#failed} says
     */
    Ack handle(Socket socket, T data) throws Exception;
}
