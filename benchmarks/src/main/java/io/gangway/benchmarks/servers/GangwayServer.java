package io.gangway.benchmarks.servers;

import io.gangway.Ack;
import io.gangway.Engine;

/** Gangway as it comes: every default. */
final class GangwayServer implements Contender.Running {
    private final Engine engine;

    private GangwayServer(Engine engine) {
        this.engine = engine;
    }

    static GangwayServer start(int port) {
        return new GangwayServer(Engine.builder()
                .host("127.0.0.1")
                .port(port)
                .namespace("/")
                .on("message", (socket, message) -> {
                    socket.namespace().emit("message", message);
                    return Ack.empty();
                })
                .on("echo", (socket, message) -> Ack.of(message))
                .start());
    }

    @Override
    public int port() {
        return engine.port();
    }

    @Override
    public void close() {
        engine.close();
    }
}
