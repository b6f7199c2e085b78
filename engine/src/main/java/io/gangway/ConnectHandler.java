package io.gangway;

/** Runs for each admitted socket; returns before the socket's first event is handled. */
@FunctionalInterface
public interface ConnectHandler {
    void onConnect(Socket socket) throws Exception;
}
