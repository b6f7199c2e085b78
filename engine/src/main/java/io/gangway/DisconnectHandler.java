package io.gangway;

/** Runs when an admitted socket leaves, after its earlier events have been handled. */
@FunctionalInterface
public interface DisconnectHandler {
    /**
     * Called for each socket, on a handler thread.
     *
     * @param socket the socket that leaves
     * @param reason why it leaves
     * @throws Exception any failure: it is logged
     */
    void onDisconnect(Socket socket, DisconnectReason reason) throws Exception;
}
