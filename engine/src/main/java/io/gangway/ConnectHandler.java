package io.gangway;

/** Runs for each admitted socket; returns before the socket's first event is handled. */
@FunctionalInterface
public interface ConnectHandler {
    /**
     * Called for each socket, on a handler thread.
     *
     * @param socket the socket that was admitted
     * @throws Exception any failure: it is logged, and the socket stays
     */
    void onConnect(Socket socket) throws Exception;
}
