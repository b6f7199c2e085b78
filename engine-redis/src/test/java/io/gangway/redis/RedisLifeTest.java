package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.gangway.cluster.ClusterMessage.ClientCount;
import io.gangway.cluster.ClusterMessage.Fetch;
import io.gangway.cluster.Target;
import io.gangway.testing.Eventually;
import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes join and leave. */
@Timeout(120)
class RedisLifeTest {
    private static final int CYCLES = 200;

    @Test
    void twoHundredComingsAndGoingsLeaveNothing() {
        try (TestRedis redis = TestRedis.start()) {
            cycle(redis);
            Eventually.holds("no thread is left", () -> threads().isEmpty());
            long files = files();
            for (int i = 1; i < CYCLES; i++) {
                cycle(redis);
            }
            Eventually.holds("no thread is left", () -> threads().isEmpty());
            Eventually.holds(
                    "no connection is left",
                    () -> TestRedis.text(redis.command("CLIENT", "LIST"))
                                    .lines()
                                    .count()
                            == 1);
            assertEquals(List.of(), redis.command("PUBSUB", "CHANNELS"));
            assertEquals(0L, redis.command("PUBSUB", "NUMPAT"));
            assertTrue(files() <= files + 2, files() + " files, once " + files);
        }
    }

    private static void cycle(TestRedis redis) {
        try (Node node = new Node(RedisCluster.connect(redis.url()))) {
            node.awaitUp();
            node.channel.publish(TinyFormat.event("hello"));
        }
    }

    @Test
    void oneThatNeverFoundItsRedisLeavesNothingEither() {
        RedisCluster.connect("redis://127.0.0.1:" + TestRedis.freePort()).close();
        Eventually.holds("no thread is left", () -> threads().isEmpty());
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("gangway-redis"))
                .toList();
    }

    private static long files() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    @Test
    void whoLeavesAmidQuestionsAnswersAllThatCountedOnIt() throws Exception {
        try (TestRedis redis = TestRedis.start();
                Node asking = new Node(RedisCluster.builder(redis.url())
                                .connect(TinyFormat.with("test", TinyFormat.Ways.PATTERN)))
                        .awaitUp()) {
            for (int round = 0; round < 20; round++) {
                Node leaving = new Node(RedisCluster.builder(redis.url())
                                .connect(TinyFormat.with("test", TinyFormat.Ways.PATTERN)))
                        .awaitUp();
                leaving.handler = question -> leaving.channel.respond(
                        question.from(), new ClientCount("", ((Fetch) question).requestId(), 1));
                Set<String> counted = new HashSet<>();
                Thread closer = new Thread(leaving::close);
                for (int i = 0; i < 200; i++) {
                    String request = round + "/" + i;
                    if (i == 50) {
                        closer.start();
                    }
                    // Redis handles both in this order, so a node that is counted receives the request, or has left
                    // by then.
                    var nodes = asking.channel.nodeCount();
                    asking.channel.publish(new Fetch("", Target.ALL, request));
                    if (nodes.toCompletableFuture().join() == 2) {
                        counted.add(request);
                    }
                }
                closer.join();
                Eventually.holds("all answers have come", () -> {
                    Set<String> answered = new HashSet<>();
                    asking.received.forEach(answer -> answered.add(((ClientCount) answer).requestId()));
                    return missing(counted, answered).size() <= 1;
                });
                asking.received.clear();
            }
        }
    }

    /** The node may have left between the count and the request; that is not a failure. */
    private static Set<String> missing(Set<String> counted, Set<String> answered) {
        Set<String> missing = new HashSet<>(counted);
        missing.removeAll(answered);
        return missing;
    }
}
