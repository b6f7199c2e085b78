package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.Namespace;
import io.gangway.admin.AdminClient;
import io.gangway.admin.AdminUi;
import io.gangway.admin.PasswordHash;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import io.gangway.testing.Snippets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    @Test
    void administratorsHaveTheirSessionsInRedis() throws Exception {
        String redisUrl = TestRedis.sharedUrl();
        PasswordHash passwordHash = PasswordHash.of("aye aye captain");
        RedisCluster cluster = RedisCluster.connect(redisUrl);
        EngineBuilder administered = Engine.builder()
                .cluster(cluster)
                .extend(AdminUi.login("admin", passwordHash).sessions(cluster.adminSessions()));
        try (Engine engine = administered.port(0).start();
                AdminClient admin =
                        AdminClient.open(engine.port(), Map.of("username", "admin", "password", "aye aye captain"))) {
            String id = admin.next("session").get(0).getAsString();
            try (RedisCluster other = RedisCluster.connect(redisUrl).awaitUp(WireClient.PATIENCE)) {
                assertTrue(other.adminSessions().exists(id));
            }
        }
    }
}
