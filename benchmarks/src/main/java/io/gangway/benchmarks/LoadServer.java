package io.gangway.benchmarks;

import io.gangway.Ack;
import io.gangway.Engine;

/**
 * A server for load generators in another process: {@code message} goes to everyone, the sender too, and {@code echo} comes
 * back as the ack.
 */
public final class LoadServer {
    private LoadServer() {}

    /** Serves the port that the first argument names, or 3000. */
    public static void main(String[] arguments) {
        int port = arguments.length == 0 ? 3000 : Integer.parseInt(arguments[0]);
        Engine engine = Engine.builder()
                .port(port)
                .namespace("/")
                .on("message", (socket, message) -> {
                    socket.namespace().emit("message", message);
                    return Ack.empty();
                })
                .on("echo", (socket, message) -> Ack.of(message))
                .start();
        System.out.println("listening on port " + engine.port());
    }
}
