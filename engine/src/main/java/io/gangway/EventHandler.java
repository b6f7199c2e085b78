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

    /**
     * The same, for a handler that needs more of the event than its socket: whether the client waits for an answer, the
     * event's name, all its arguments. The engine calls this method, which by default calls the other.
     *
     * @param event the event, with the socket that sent it
     * @param data the event's first argument
     * @return the answer
     * @throws Exception any failure: the client is told of it, as {@link Ack#failed} says
     */
    default Ack handle(Event event, T data) throws Exception {
        return handle(event.socket(), data);
    }
}
