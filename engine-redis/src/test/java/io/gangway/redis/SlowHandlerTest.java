package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a node whose engine is slow to handle messages, or fails to. */
@Timeout(60)
class SlowHandlerTest {
    private static final Duration PING = Duration.ofMillis(200);
    /** Of nodes that shall not take a busy machine for a silent Redis. */
    private static final Duration RARE_PING = Duration.ofSeconds(10);

    private final TestRedis redis = TestRedis.start();
    private final List<AutoCloseable> open = new ArrayList<>(List.of(redis));

    private Node node(Duration pingInterval) {
        Node node = new Node(RedisCluster.builder(redis.url())
                .pingInterval(pingInterval)
                .connect(TinyFormat.with("test", TinyFormat.Ways.PATTERN)));
        open.add(0, node);
        return node.awaitUp();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private static int count(Node node) {
        return node.channel.nodeCount().toCompletableFuture().join();
    }

    @Test
    void aReaderThatIsHeldUpIsLateAndIsCutOffAndComesBack() {
        redis.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 2mb 2mb 1");
        Node one = node(RARE_PING);
        Node other = node(PING);
        CountDownLatch release = new CountDownLatch(1);
        other.handler = message -> {
            try {
                release.await();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        };
        one.channel.publish(TinyFormat.broadcast("the first"));
        Eventually.holds("it is late", () -> other.cluster.health().lag().toMillis() > PING.toMillis());
        String large = "x".repeat(100_000);
        for (int i = 0; i < 200; i++) {
            one.channel.publish(TinyFormat.broadcast(large));
        }
        Eventually.holds("Redis gives up on it", () -> count(one) == 1);
        release.countDown();
        Eventually.holds("it is back", () -> other.detail("subscriberReconnects") >= 1 && count(one) == 2);
        other.received.clear();
        one.channel.publish(TinyFormat.broadcast("hello"));
        Eventually.holds(
                "it hears",
                () -> other.received.stream().anyMatch(m -> TinyFormat.text(m).equals("hello")));
    }

    @Test
    void aHandlerThatThrowsDoesNotEndTheReader() {
        Node one = node(RARE_PING);
        Node other = node(RARE_PING);
        other.handler = message -> {
            throw new IllegalStateException("a fault");
        };
        for (int i = 0; i < 10; i++) {
            one.channel.publish(TinyFormat.broadcast("x"));
        }
        Eventually.holds("all have come", () -> other.detail("handlerErrors") == 10);
        other.handler = message -> {};
        one.channel.publish(TinyFormat.broadcast("hello"));
        assertEquals("hello", other.nextText());
        assertEquals(0, other.detail("subscriberReconnects"));
    }
}
