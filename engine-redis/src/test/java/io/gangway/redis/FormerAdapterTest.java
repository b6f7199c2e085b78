package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Engine;
import io.gangway.Socket;
import io.gangway.clients.WireClient;
import io.gangway.redis.link.RedisConnection;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Protocol;

/**
 * A server whose adapter is older than version 7 gets the responses that it waits for, whichever node has the socket.
 */
@Timeout(30)
class FormerAdapterTest {
    private static final String ANSWERS = "socket.io-response#/#";

    private final TestRedis redis = TestRedis.start();
    private final RedisCluster[] clusters = {RedisCluster.connect(redis.url()), RedisCluster.connect(redis.url())};
    private final Engine[] engines = {start(clusters[0]), start(clusters[1])};
    private final WireClient client = WireClient.join(engines[0].port());
    private final Socket socket = engines[0].namespace("/").sockets().iterator().next();
    private final RedisConnection adapter = new RedisConnection(
            redis.address(), DefaultJedisClientConfig.builder().build());

    private static Engine start(RedisCluster cluster) {
        Engine engine = Engine.builder().port(0).cluster(cluster).namespace("/").start();
        cluster.awaitUp(Duration.ofSeconds(10));
        return engine;
    }

    @BeforeEach
    void listen() {
        Eventually.holds(
                "both listen",
                () -> engines[0].namespace("/").nodeCount().join() == 2
                        && engines[1].namespace("/").nodeCount().join() == 2);
        adapter.ask(new CommandArguments(Protocol.Command.SUBSCRIBE).add(ANSWERS));
        adapter.setSoTimeout(10_000);
    }

    @AfterEach
    void close() {
        adapter.cut();
        client.abort();
        List.of(engines).forEach(Engine::close);
        redis.close();
    }

    @Test
    void isToldByTheSocketsNodeThatItsRequestHasHadItsEffect() {
        ask("{\"requestId\":\"q1\",\"type\":2,\"sid\":\"%s\",\"room\":\"a\"}");
        assertEquals("{\"requestId\":\"q1\",\"uid\":\"%s\"}", answer());
        assertEquals(Set.of(socket.id(), "a"), socket.rooms());
        ask("{\"requestId\":\"q2\",\"type\":3,\"sid\":\"%s\",\"room\":\"a\"}");
        assertEquals("{\"requestId\":\"q2\",\"uid\":\"%s\"}", answer());
        assertEquals(Set.of(socket.id()), socket.rooms());
        ask("{\"requestId\":\"q3\",\"type\":4,\"sid\":\"%s\",\"close\":false}");
        assertEquals("{\"requestId\":\"q3\",\"uid\":\"%s\"}", answer());
        assertTrue(engines[0].namespace("/").sockets().isEmpty());
        client.expect("41");
    }

    @Test
    void isToldNothingOfASocketThatIsNowhere() {
        redis.command(
                "PUBLISH", "socket.io-request#/#", "{\"requestId\":\"q1\",\"type\":2,\"sid\":\"x\",\"room\":\"a\"}");
        ask("{\"requestId\":\"q2\",\"type\":2,\"sid\":\"%s\",\"room\":\"a\"}");
        assertEquals("{\"requestId\":\"q2\",\"uid\":\"%s\"}", answer());
    }

    @Test
    void isAnsweredWithWhatOtherNodesTakeForNoFault() {
        ask("{\"requestId\":\"q\",\"type\":2,\"sid\":\"%s\",\"room\":\"a\"}");
        answer();
        redis.command("PUBLISH", ANSWERS, "{\"requestId\":\"q\"}"); // as a Node.js server sends it
        Eventually.holds("all have heard both", () -> detail(0) == 2 && detail(1) == 2);
        assertEquals(0, clusters[0].health().malformed() + clusters[1].health().malformed());
    }

    private long detail(int node) {
        return clusters[node].health().details().get("selfSkipped");
    }

    private void ask(String request) {
        redis.command("PUBLISH", "socket.io-request#/#", request.formatted(socket.id()));
    }

    /** The next response, with {@code %s} in place of the id of the socket's node. */
    private String answer() {
        List<?> message = (List<?>) adapter.read();
        assertEquals(ANSWERS, TestRedis.text(message.get(1)));
        return TestRedis.text(message.get(2)).replaceFirst("[0-9a-f]{16}", "%s");
    }
}
