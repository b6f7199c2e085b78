package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Engine;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import io.gangway.testing.TimeBound;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Redis process is stopped by a signal: all connections stay open, and nothing arrives over them. */
@Timeout(60)
class FrozenRedisTest {
    private static final Duration PING = Duration.ofMillis(200);
    /** Messages sent so shortly after may be lost. */
    private static final long NEAR = Duration.ofMillis(250).toNanos();

    private final TestRedis redis = TestRedis.start();

    @AfterEach
    void close() {
        redis.close();
    }

    private Node node() {
        return new Node(RedisCluster.builder(redis.url())
                        .pingInterval(PING)
                        .connect(TinyFormat.with("frozen", TinyFormat.Ways.PATTERN)))
                .awaitUp();
    }

    @Test
    void itIsNoticedAndWhatBecameOfEachMessageIsKnown() {
        try (Node one = node();
                Node other = node();
                Traffic traffic = new Traffic(one, other, 1_000)) {
            traffic.awaitArrivals(200);
            long before = traffic.timeOfLastArrived();
            long start = System.nanoTime();
            redis.freeze();
            Eventually.holds(
                    "both notice",
                    () -> !one.cluster.health().isUp()
                            && !other.cluster.health().isUp());
            long noticed = (System.nanoTime() - start) / 1_000_000;
            TimeBound.assertWithinMillis(3 * PING.toMillis() + 100, noticed, "noticing that Redis is frozen");
            Eventually.holds("some are too old", () -> one.cluster.health().dropped() >= 500);
            redis.thaw();
            long thawed = System.nanoTime();
            Eventually.holds(
                    "both are up",
                    () -> one.cluster.health().isUp() && other.cluster.health().isUp());
            long end = System.nanoTime();
            traffic.awaitArrivals(500).finish().assertOrderedWithoutDuplicates();
            System.out.println("Redis frozen for " + (thawed - start) / 1_000_000 + " ms: noticed after " + noticed
                    + " ms, up " + (end - thawed) / 1_000_000 + " ms after its end, lost " + traffic.lost() + " of "
                    + traffic.offered() + ", longest publish "
                    + traffic.slowestPublish().toNanos() / 1_000 + " us; " + one.cluster.health());
            TimeBound.assertWithinMillis(500, traffic.slowestPublish().toMillis(), "a publish");
            assertEquals(
                    List.of(),
                    traffic.lossTimes().stream()
                            .filter(time -> time < before || time > end + NEAR)
                            .toList(),
                    "lost while Redis was well");
            assertEquals(2, one.channel.nodeCount().toCompletableFuture().join());
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientsOfOneNodeGoOnAsIfNothingWere(RedisMode mode) {
        RedisClusterBuilder choices =
                RedisCluster.builder(redis.url()).mode(mode).pingInterval(PING);
        RedisCluster cluster = choices.connect();
        RedisCluster elsewhere = choices.connect();
        try (Engine engine =
                        Engine.builder().port(0).cluster(cluster).namespace("/").start();
                Engine other = Engine.builder()
                        .port(0)
                        .cluster(elsewhere)
                        .namespace("/")
                        .start();
                WireClient client = WireClient.join(engine.port());
                WireClient remote = WireClient.join(other.port())) {
            Eventually.holds(
                    "both listen",
                    () -> cluster.health().isUp()
                            && elsewhere.health().isUp()
                            && engine.namespace("/").nodeCount().join() == 2);
            engine.namespace("/").emit("before");
            client.expect("42[\"before\"]");
            remote.expect("42[\"before\"]");
            redis.freeze();
            int emits = 0;
            long slowest = 0;
            // Long after it was noticed: queued messages are too old by then.
            while (cluster.health().dropped() == 0) {
                long start = System.nanoTime();
                engine.namespace("/").emit("number", emits);
                slowest = Math.max(slowest, System.nanoTime() - start);
                client.expect("42[\"number\"," + emits + "]");
                emits++;
            }
            assertTrue(!cluster.health().isUp());
            TimeBound.assertWithinMillis(500, slowest / 1_000_000, "an emit");
            redis.thaw();
            Eventually.holds(
                    "both listen again",
                    () -> cluster.health().isUp() && elsewhere.health().isUp());
            engine.namespace("/").emit("after");
            client.expect("42[\"after\"]");
            String last = remote.next();
            while (!last.equals("42[\"after\"]")) {
                last = remote.next();
            }
            Eventually.holds("all is settled", () -> cluster.health().queued() == 0);
            assertEquals(emits + 2, cluster.health().offered());
        }
    }
}
