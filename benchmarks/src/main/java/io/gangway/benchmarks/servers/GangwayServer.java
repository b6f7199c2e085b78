package io.gangway.benchmarks.servers;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.Namespace;

/**
 * Gangway with its defaults, except {@code maxBuffered}: a round of Bun's chat exceeds the default of 1 MiB per client,
 * and the other servers have no such limit. Plain WebSockets enter the same namespace by the path {@code /ws}.
 */
final class GangwayServer implements Contender.Running {
    /** The room of a client's group, remembered because the client does not name it in each message. */
    private record Group(String room) {}

    private static final long MOST_BUFFERED = 16 << 20;

    private final Engine engine;
    private final Namespace namespace;

    private GangwayServer(Engine engine) {
        this.engine = engine;
        this.namespace = engine.namespace("/");
    }

    static GangwayServer start(int port) {
        return new GangwayServer(Engine.builder()
                .host("127.0.0.1")
                .port(port)
                .limits(limits -> limits.maxBuffered(MOST_BUFFERED))
                .plainWebSocket("/ws", "/")
                .namespace("/")
                .on("message", (socket, message) -> {
                    socket.namespace().emit("message", message);
                    return Ack.empty();
                })
                .on("echo", (socket, message) -> Ack.of(message))
                .on("join", Message.class, (socket, message) -> {
                    Group group = new Group("group:" + message.seq());
                    socket.attach(Group.class, group);
                    socket.join(group.room());
                    return Ack.empty();
                })
                .on("speak", (socket, message) -> {
                    String room = socket.attached(Group.class).room();
                    socket.namespace().to(room).emit("message", message);
                    return Ack.empty();
                })
                .start());
    }

    @Override
    public int port() {
        return engine.port();
    }

    @Override
    public void broadcast(Message message) {
        namespace.emit("message", message);
    }

    @Override
    public void close() {
        engine.close();
    }
}
