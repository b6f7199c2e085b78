package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.cluster.Cluster;
import io.gangway.testing.Eventually;
import io.gangway.testing.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One fault after another while messages flow: none comes twice or out of order, and none is lost but during a fault.
 * The long form, a minute of faults in any order: {@code mvn -B -pl engine-redis -am test -Dtest=RedisChaosTest -Dgangway.long=true
 * -Dsurefire.failIfNoSpecifiedTests=false}; another order of faults: {@code -Dgangway.seed=...}.
 */
class RedisChaosTest {
    /** After each fault has been once. */
    private static final Duration LENGTH = Duration.ofSeconds(Boolean.getBoolean("gangway.long") ? 60 : 0);

    private static final long SEED = Long.getLong("gangway.seed", 1);
    /** Messages sent so shortly after both nodes are up again may be lost. */
    private static final long NEAR = Duration.ofMillis(250).toNanos();

    private final Random random = new Random(SEED);

    /** @param start when the last message was sent that had arrived before the fault */
    private record Window(long start, long end) {
        boolean has(long time) {
            return start <= time && time <= end + NEAR;
        }
    }

    @Test
    @Timeout(180)
    void messagesAreOrderedOnceAndLostOnlyDuringFaults() {
        try (TestRedis redis = TestRedis.start();
                FaultProxy proxy = FaultProxy.to(redis.port());
                Node one = node(redis.url());
                Node other = node(proxy.url("redis"));
                Traffic traffic = new Traffic(one, other, 1_500)) {
            List<Window> windows = new ArrayList<>();
            List<Runnable> faults = List.of(
                    () -> redis.command("CLIENT", "KILL", "TYPE", "pubsub"),
                    () -> redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"),
                    () -> redis.command("CLIENT", "PAUSE", "1000", "ALL"),
                    () -> {
                        proxy.freeze();
                        sleep(1_500);
                        proxy.pass();
                    },
                    () -> {
                        redis.stop();
                        sleep(1_500);
                        redis.restart();
                    },
                    proxy::cut);
            long end = System.nanoTime() + LENGTH.toNanos();
            for (int next = 0; next < faults.size() || System.nanoTime() - end < 0; next++) {
                traffic.awaitArrivals(750);
                long start = traffic.timeOfLastArrived();
                faults.get(next < faults.size() ? next : random.nextInt(faults.size()))
                        .run();
                sleep(50); // the connections are being closed
                traffic.awaitNewOne(); // a reader that is late does not know yet that it is up no more
                Eventually.holds(
                        "both are up",
                        () -> one.cluster.health().isUp()
                                && other.cluster.health().isUp());
                windows.add(new Window(start, System.nanoTime()));
            }
            traffic.awaitArrivals(300).finish();
            traffic.assertOrderedWithoutDuplicates();
            List<Long> outside = traffic.lossTimes().stream()
                    .filter(time -> windows.stream().noneMatch(window -> window.has(time)))
                    .toList();
            Cluster.Health health = one.cluster.health();
            System.out.println("chaos, " + windows.size() + " faults: lost "
                    + traffic.lost() + " of " + traffic.offered() + "; longest publish "
                    + traffic.slowestPublish().toNanos() / 1_000 + " us; " + health);
            assertEquals(List.of(), outside, "lost outside of the faults");
            assertEquals(0, health.malformed());
        }
    }

    private static Node node(String url) {
        return new Node(RedisCluster.builder(url)
                        .pingInterval(Duration.ofMillis(500))
                        .connect(TinyFormat.with("chaos", TinyFormat.Ways.PATTERN)))
                .awaitUp();
    }

    /** The faults take their time. */
    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
