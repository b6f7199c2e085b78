package io.gangway;

/**
 * Handles one event of one client.
 *
 * @param <T> what the first argument is read as, or {@link Arguments} for all of them
 */
@FunctionalInterface
public interface EventHandler<T> {
    /**
     * Called for one event of a connection at a time, in the client's order, on a thread that may block.
     *
     * @return the answer; {@link Ack#empty()} calls the client's callback without arguments, {@link Ack#unanswered()} does not
     *     call it, like a handler in Node.js that never calls its own
     */
    Ack handle(Socket socket, T data) throws Exception;
}
