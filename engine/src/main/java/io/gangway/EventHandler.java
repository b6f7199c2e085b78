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
     * @return the answer, {@link Ack#empty()} if there is none
     */
    Ack handle(Socket socket, T data) throws Exception;
}
