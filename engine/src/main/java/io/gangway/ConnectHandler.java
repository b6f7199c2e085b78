package io.gangway;

/** Runs for each socket that was admitted, to its end before the socket's first event is handled. */
@FunctionalInterface
public interface ConnectHandler {
    void onConnect(Socket socket) throws Exception;
}
