package io.gangway;

/** Runs for each socket that was admitted, when it leaves, after the events that came before. */
@FunctionalInterface
public interface DisconnectHandler {
    void onDisconnect(Socket socket, DisconnectReason reason) throws Exception;
}
