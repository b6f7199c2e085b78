package io.gangway.redis;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.Engine;
import io.gangway.Interceptor;
import io.gangway.Recovery;
import io.gangway.Socket;
import java.io.IOException;
import java.time.Duration;

/** A node whose clients can be recovered: in a process of its own, so that it can be killed, or in the test's. */
final class RecoveringNode {
    private RecoveringNode() {}

    /** Serves a namespace whose sockets are in a room, and sign in as the user that they name. */
    static Engine start(String redisUrl, Duration window) {
        RedisCluster cluster = RedisCluster.builder(redisUrl)
                .mode(RedisMode.STREAMS)
                .pingInterval(Duration.ofSeconds(2))
                .streams(streams -> streams.block(Duration.ofMillis(20)))
                .connect();
        Engine engine = Engine.builder()
                .port(0)
                .cluster(cluster)
                .recovery(Recovery.window(window))
                .namespace("/")
                .intercept(new Interceptor() {
                    @Override
                    public Ack aroundConnect(Socket socket, Chain chain) {
                        socket.handshake().auth("user").ifPresent(socket::signIn);
                        return chain.proceed();
                    }
                })
                .onConnect(socket -> socket.join("room"))
                .on("say", (socket, arguments) -> {
                    socket.emit("said", arguments);
                    return Ack.of("done");
                })
                .on("leave", (socket, arguments) -> {
                    socket.emit("bye");
                    socket.disconnect();
                    return Ack.empty();
                })
                .start();
        cluster.awaitUp(Duration.ofSeconds(10));
        return engine;
    }

    /** @param arguments the URL of a Redis */
    public static void main(String[] arguments) throws IOException {
        Engine engine = start(arguments[0], Duration.ofMinutes(1));
        System.out.println(engine.port());
        while (System.in.read() >= 0) {
            continue; // until the test closes it, or is gone
        }
        engine.close();
    }
}
