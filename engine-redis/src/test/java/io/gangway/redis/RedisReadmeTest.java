package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.Namespace;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import io.gangway.testing.Snippets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Compiles and runs the Java of this module's README, and checks that it stands there word for word. */
@Tag("jedis")
class RedisReadmeTest {
    @Test
    void everySnippetStandsInThisTest() throws IOException {
        Snippets.standIn(Path.of("README.md"), Path.of("src/test/java/io/gangway/redis/RedisReadmeTest.java"));
    }

    @Test
    void anEngineJoinsItsLikeAndAnEmitterReachesAllClients() {
        String redisUrl = TestRedis.sharedUrl();
        int port = 0;
        Engine other = Engine.builder()
                .port(port)
                .cluster(RedisCluster.connect(redisUrl))
                .namespace("/chat")
                .onConnect(socket -> socket.join("lobby"))
                .onServerEvent("reload", arguments -> Ack.of("done"))
                .start();
        Engine engine = Engine.builder()
                .port(port)
                .cluster(RedisCluster.connect(redisUrl)) // classic mode; RedisCluster.builder(..) has the others
                .namespace("/chat")
                .onConnect(socket -> socket.join("lobby"))
                .onServerEvent("reload", arguments -> Ack.of("done"))
                .start();
        Namespace chat = engine.namespace("/chat");
        try (other;
                engine;
                WireClient client = WireClient.open(other.port())) {
            client.joinNamespace("/chat");
            Eventually.equal(2, () -> chat.nodeCount().exceptionally(away -> 0).join());
            Eventually.equal(1, () -> chat.to("lobby").fetchSockets().join().size());

            chat.to("lobby").emit("news", "for the clients of all nodes");
            client.expect("42/chat,[\"news\",\"for the clients of all nodes\"]");
            assertEquals(
                    List.of("done"),
                    chat.serverSideEmitWithAck("reload").join().stream()
                            .map(reply -> reply.get(0, String.class))
                            .toList());

            try (RedisEmitter emitter = RedisEmitter.connect(redisUrl)) {
                emitter.of("/chat").to("lobby").emit("news", "from a process that runs no engine");
            }
            client.expect("42/chat,[\"news\",\"from a process that runs no engine\"]");
        }
    }
}
