package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Publishing takes a few microseconds, whatever Redis does. The limits are for a machine with other things to do; the
 * figures are printed.
 */
@Timeout(60)
class RedisSpeedTest {
    private static final String BODY = "x".repeat(200);
    /** The figures of the first are those of code that is being compiled. */
    private static final int ROUNDS = Boolean.getBoolean("gangway.long") ? 3 : 1;

    private static RedisCluster cluster(TestRedis redis) {
        return RedisCluster.builder(redis.url())
                .offlineBuffer(4_096, Duration.ofSeconds(30)) // nothing becomes too old, however slow the machine is
                .connect(TinyFormat.with("speed", TinyFormat.Ways.PATTERN));
    }

    @Test
    void publishingDoesNotWaitForRedisUpPausedOrDown() {
        try (TestRedis redis = TestRedis.start();
                Node one = new Node(cluster(redis)).awaitUp()) {
            publishes(one, 3_000); // for the compiler
            long[] up = publishes(one, 2_000);
            redis.command("CLIENT", "PAUSE", "1500", "ALL");
            long[] paused = publishes(one, 2_000);
            redis.stop();
            Eventually.holds("it is known", () -> !one.cluster.health().isUp());
            long[] down = publishes(one, 2_000);
            print("up", up);
            print("paused", paused);
            print("down", down);
            for (long[] times : new long[][] {up, paused, down}) {
                assertTrue(percentile(times, 50) < Duration.ofMillis(1).toNanos());
                assertTrue(percentile(times, 99) < Duration.ofMillis(5).toNanos());
            }
        }
    }

    /** One each 200 us. */
    private static long[] publishes(Node node, int count) {
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            node.channel.publish(TinyFormat.broadcast(BODY));
            times[i] = System.nanoTime() - start;
            LockSupport.parkNanos(150_000);
        }
        Arrays.sort(times);
        return times;
    }

    private static long percentile(long[] sorted, int percent) {
        return sorted[sorted.length * percent / 100];
    }

    private static void print(String state, long[] times) {
        System.out.printf(
                "publish with Redis %s: p50 %.1f us, p99 %.1f us, p99.9 %.1f us, longest %.1f us%n",
                state,
                percentile(times, 50) / 1e3,
                percentile(times, 99) / 1e3,
                times[times.length * 999 / 1000] / 1e3,
                times[times.length - 1] / 1e3);
    }

    @Test
    void whatIsPublishedAsFastAsItGoesAllArrives() {
        int count = 200_000;
        AtomicLong arrived = new AtomicLong();
        try (TestRedis redis = TestRedis.start();
                Node one = new Node(cluster(redis)).awaitUp();
                Node other = new Node(cluster(redis)).awaitUp()) {
            other.handler = message -> arrived.incrementAndGet();
            for (int round = 1; round <= ROUNDS; round++) {
                long goal = (long) round * count;
                long start = System.nanoTime();
                for (int i = 0; i < count; i++) {
                    one.channel.publish(TinyFormat.broadcast(BODY));
                    if (i % 1_000 == 0) {
                        Eventually.holds(
                                "there is room", () -> one.cluster.health().queued() < 20_000);
                    }
                }
                Eventually.holds("all is published", () -> one.cluster.health().published() == goal);
                long published = System.nanoTime() - start;
                Eventually.holds("all arrives", () -> arrived.get() == goal);
                long all = System.nanoTime() - start;
                System.out.printf(
                        "200 B: published %,d a second, read %,d a second (and the sender's own, skipped)%n",
                        count * 1_000_000_000L / published, count * 1_000_000_000L / all);
                other.received.clear();
            }
            assertEquals((long) ROUNDS * count, one.cluster.health().offered());
            assertEquals(0, one.cluster.health().dropped());
        }
    }
}
