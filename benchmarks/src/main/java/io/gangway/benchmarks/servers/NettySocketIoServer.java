package io.gangway.benchmarks.servers;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketIOServer;
import io.netty.channel.epoll.Epoll;

/** netty-socketio at its best: with epoll where available, and without compression. */
final class NettySocketIoServer implements Contender.Running {
    private static final String GROUP = "group";

    private final SocketIOServer server;
    private final int port;

    private NettySocketIoServer(SocketIOServer server, int port) {
        this.server = server;
        this.port = port;
    }

    static NettySocketIoServer start(int port) {
        Configuration configuration = new Configuration();
        configuration.setHostname("127.0.0.1");
        configuration.setPort(port);
        configuration.setUseLinuxNativeEpoll(Epoll.isAvailable());
        configuration.setHttpCompression(false);
        configuration.setWebsocketCompression(false);
        SocketIOServer server = new SocketIOServer(configuration);
        server.addEventListener("message", Object.class, (client, message, ack) -> {
            server.getBroadcastOperations().sendEvent("message", message);
            if (ack.isAckRequested()) {
                ack.sendAckData();
            }
        });
        server.addEventListener("echo", Object.class, (client, message, ack) -> ack.sendAckData(message));
        server.addEventListener("join", Message.class, (client, message, ack) -> {
            String room = "group:" + message.seq();
            client.set(GROUP, room);
            client.joinRoom(room);
            ack.sendAckData();
        });
        server.addEventListener("speak", Object.class, (client, message, ack) -> {
            String room = client.get(GROUP);
            server.getRoomOperations(room).sendEvent("message", message);
        });
        server.start();
        return new NettySocketIoServer(server, port);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void broadcast(Message message) {
        server.getBroadcastOperations().sendEvent("message", message);
    }

    @Override
    public void close() {
        server.stop();
    }
}
