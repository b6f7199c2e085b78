package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.redis.wire.TextPayload;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages over a stream. */
@Tag("jedis")
@Timeout(60)
class RedisStreamsTest {
    private final TestRedis redis = TestRedis.start();
    private final List<AutoCloseable> open = new ArrayList<>(List.of(redis));

    private RedisClusterBuilder builder() {
        return RedisCluster.builder(redis.url()).mode(RedisMode.STREAMS);
    }

    private Node node(RedisClusterBuilder builder, String namespace) {
        Node node = new Node(builder.connect(), namespace);
        open.add(0, node);
        return node.awaitUp();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void messagesHaveOffsetsAndArriveOnceInOrderAcrossABreak() throws Exception {
        Node one = node(builder(), "/");
        Node other = node(builder(), "/");
        String offset = one.channel
                .publish(TinyFormat.event("first"))
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        assertTrue(offset.matches("\\d+-\\d+"), offset);
        for (int i = 0; i < 1_000; i++) {
            one.channel.publish(TinyFormat.event("message " + i));
            if (i == 500) {
                Eventually.holds(
                        "all so far is sent", () -> one.cluster.health().queued() == 0);
                other.cluster.link().cutReaders();
            }
        }
        assertEquals("[\"first\"]", other.nextText());
        for (int i = 0; i < 1_000; i++) {
            assertEquals("[\"message " + i + "\"]", other.nextText());
        }
        Eventually.holds("it has come back", () -> other.detail("streamReconnects") == 1);
        assertEquals(0, one.received.size());
    }

    @Test
    void whatWasThereBeforeIsNotRead() throws Exception {
        Node one = node(builder(), "/");
        one.channel.publish(TinyFormat.event("before")).toCompletableFuture().get(5, TimeUnit.SECONDS);
        Node other = node(builder(), "/");
        one.channel.publish(TinyFormat.event("after"));
        assertEquals("[\"after\"]", other.nextText());
    }

    @Test
    void aNodeIsCountedOnceItHearsWhatIsSentToAll() throws Exception {
        Node one = node(builder(), "/");
        redis.command("ACL", "SETUSER", "late", "on", ">secret", "allkeys", "allchannels", "allcommands", "-xinfo");
        Node other = new Node(RedisCluster.builder(redis.url().replace("redis://", "redis://late:secret@"))
                .mode(RedisMode.STREAMS)
                .connect());
        open.add(0, other);
        Eventually.holds("it listens to answers, and has tried to read the stream", () -> {
            List<?> listening = (List<?>) redis.command("PUBSUB", "CHANNELS", "*" + other.channel.nodeId() + "*");
            String commands = TestRedis.text(redis.command("INFO", "commandstats"));
            return listening.size() == 1
                    && commands.matches("(?s).*cmdstat_xinfo[^\\n]*rejected_calls=([3-9]|\\d\\d).*");
        });
        assertEquals(1, one.channel.nodeCount().toCompletableFuture().get(5, TimeUnit.SECONDS));
        redis.command("ACL", "SETUSER", "late", "+xinfo");
        Eventually.holds(
                "it is counted",
                () -> one.channel.nodeCount().toCompletableFuture().join() == 2);
        one.channel.publish(TinyFormat.event("hello"));
        assertEquals("[\"hello\"]", other.nextText());
    }

    @Test
    void aRedisThatHasForgottenTheStreamIsReadFromItsBeginning() {
        Node one = node(builder(), "/");
        Node other = node(builder(), "/");
        one.channel.publish(TinyFormat.event("before"));
        assertEquals("[\"before\"]", other.nextText());
        redis.stop();
        redis.restart();
        // Entries added before the reader has reconnected are not lost, whatever the clock of the new Redis is.
        redis.command(
                "XADD",
                "socket.io",
                "1-1",
                "uid",
                "abc",
                "nsp",
                "/",
                "type",
                "3",
                "data",
                "{\"packet\":{\"type\":2,\"data\":[\"early\"]},\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}}}");
        assertEquals("[\"early\"]", other.nextText());
        Eventually.holds(
                "both are up",
                () -> one.cluster.health().isUp() && other.cluster.health().isUp());
        one.channel.publish(TinyFormat.event("after"));
        assertEquals("[\"after\"]", other.nextText());
    }

    @Test
    void namespacesOnNegativeStreamsAreReadAndWarnedOf() {
        String namespace = "/notifications";
        String name = UUID.randomUUID().toString(); // each stream is warned of once in a JVM
        assertTrue(namespace.hashCode() % 4 < 0);
        try (CapturedLog log = new CapturedLog()) {
            Node one = node(builder().streams(streams -> streams.name(name).count(4)), namespace);
            log.expectComplaint("namespace /notifications uses stream " + name + "--3");
            node(builder().streams(streams -> streams.name(name).count(4)), "/");
            assertFalse(log.text().contains("uses stream"), log.text());
            Node other = node(builder().streams(streams -> streams.name(name).count(4)), namespace);
            one.channel.publish(TinyFormat.event("hello"));
            assertEquals("[\"hello\"]", other.nextText());
        }
    }

    @Test
    void eventsBetweenServersPassUnlessTheyRecallASession() {
        Node one = node(builder(), "/");
        Node other = node(builder(), "/");
        for (String event :
                List.of("[\"gangway:recall\",\"id\"]", "[\"gangway:recall\"]", "[null]", "[[\"gangway:recall\"]]")) {
            one.channel.publish(new ServerEvent(one.channel.nodeId(), TextPayload.unchecked(event), ""));
        }
        assertEquals("[null]", ((ServerEvent) other.next()).event().json());
        assertEquals(
                "[[\"gangway:recall\"]]", ((ServerEvent) other.next()).event().json());
        assertEquals(0, other.detail("handlerErrors"));
    }

    @Test
    void besideClassicServersOfTheSameKeyItDoesNotStart() {
        Node classic = new Node(RedisCluster.connect(redis.url()));
        open.add(0, classic);
        classic.awaitUp();
        try (RedisCluster refused = builder().connect()) {
            var failure =
                    assertThrows(ClusterUnavailableException.class, () -> refused.awaitUp(Duration.ofMillis(500)));
            assertTrue(failure.getMessage().contains("CONNECTING"), failure.getMessage());
            Node lonely = new Node(refused);
            lonely.channel.publish(TinyFormat.event("poison for them"));
        }
        assertEquals(0L, redis.command("EXISTS", "socket.io"));
        node(builder().streams(StreamsChoices::besideClassic), "/");
        node(builder().key("another"), "/");
    }
}
