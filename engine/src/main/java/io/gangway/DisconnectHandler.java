package io.gangway;

/** Runs when an admitted socket leaves, after its earlier events have been handled. */
@FunctionalInterface
public interface DisconnectHandler {
    void onDisconnect(Socket socket, DisconnectReason reason) throws Exception;
}
