package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage.Fetch;
import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.cluster.Target;
import io.gangway.testing.Eventually;
import io.gangway.testing.FaultProxy;
import io.gangway.testing.TimeBound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** What becomes of messages when Redis, or the network to it, fails. */
@Timeout(60)
class RedisFailureTest {
    private static final Duration PING = Duration.ofMillis(200);
    /** Of nodes that shall not take a busy machine for a silent Redis. */
    private static final Duration RARE_PING = Duration.ofSeconds(10);

    /** The most messages that may be sent as probes before the others: one each 25 ms, for a second. */
    private static final int MAX_PROBES = 41;

    private final TestRedis redis = TestRedis.start();
    private final List<AutoCloseable> open = new ArrayList<>(List.of(redis));

    private Node node(String url) {
        return node(url, RARE_PING);
    }

    private Node node(String url, Duration pingInterval) {
        Node node = new Node(RedisCluster.builder(url)
                .pingInterval(pingInterval)
                .connect(TinyFormat.with("test", TinyFormat.Ways.PATTERN)));
        open.add(0, node);
        return node.awaitUp();
    }

    private Node node() {
        return node(redis.url());
    }

    /** A node whose messages do not become too old, however slow the machine is. */
    private Node patientNode() {
        return patientNode(4_096);
    }

    private Node patientNode(int queued) {
        Node node = new Node(RedisCluster.builder(redis.url())
                .pingInterval(RARE_PING)
                .offlineBuffer(queued, Duration.ofSeconds(30))
                .connect(TinyFormat.with("test", TinyFormat.Ways.PATTERN)));
        open.add(0, node);
        return node.awaitUp();
    }

    private Traffic traffic(Node from, Node to, int perSecond) {
        Traffic traffic = new Traffic(from, to, perSecond);
        open.add(0, traffic);
        return traffic;
    }

    private FaultProxy proxy() {
        FaultProxy proxy = FaultProxy.to(redis.port());
        open.add(open.size() - 1, proxy);
        return proxy;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private static Throwable failureOf(java.util.concurrent.CompletionStage<?> stage) {
        CompletableFuture<?> future = stage.toCompletableFuture();
        assertTrue(future.isDone(), "it fails at once");
        return assertThrows(CompletionException.class, future::join).getCause();
    }

    private static int count(Node node) {
        return node.channel.nodeCount().toCompletableFuture().join();
    }

    /** Waits until the connection that publishes knows it, too: what it is given before that may be lost. */
    private static void awaitOutage(Node node) {
        Eventually.holds("the outage is known", () -> !node.cluster.health().isUp());
        Eventually.holds(
                "the connection that publishes knows it too",
                () -> node.channel.nodeCount().toCompletableFuture().isCompletedExceptionally());
    }

    @Test
    void whileRedisIsDownOnlyWhatIsYoungAndNotTooMuchWaits() throws Exception {
        Node one = patientNode();
        Node hasty = node();
        Node other = node();
        one.channel.publish(TinyFormat.broadcast("all are there"));
        assertEquals("all are there", other.nextText());
        long start = System.nanoTime();
        redis.stop();
        Eventually.holds("it is known", () -> one.cluster.health().state() == Cluster.State.DOWN);
        TimeBound.assertWithinMillis(2_000, (System.nanoTime() - start) / 1_000_000, "noticing that Redis is gone");
        Eventually.holds("the engine is told", () -> !one.links.get(one.links.size() - 1));
        awaitOutage(one);
        awaitOutage(hasty);

        assertTrue(failureOf(one.channel.publish(TinyFormat.lossy("x"))) instanceof ClusterUnavailableException);
        var question = new Fetch("", Target.ALL, "1");
        assertTrue(failureOf(one.channel.publish(question)) instanceof ClusterUnavailableException);
        assertTrue(failureOf(one.channel.nodeCount()) instanceof ClusterUnavailableException);
        assertEquals(2, one.cluster.health().dropped(), "the question about nodes is no message");

        List<CompletableFuture<String>> old = new ArrayList<>();
        long published = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            old.add(hasty.channel.publish(TinyFormat.broadcast("old " + i)).toCompletableFuture());
        }
        Eventually.holds(
                "they have become too old", () -> old.stream().allMatch(CompletableFuture::isCompletedExceptionally));
        long waited = (System.nanoTime() - published) / 1_000_000;
        assertTrue(waited >= 2_000, "they have waited " + waited + " ms");
        assertEquals(10, hasty.detail("droppedOffline"));

        for (int i = 0; i < 5_000; i++) {
            one.channel.publish(TinyFormat.broadcast("young " + i));
        }
        assertEquals(4_096, one.cluster.health().queued());
        redis.restart();
        int first = Integer.parseInt(other.nextText().substring("young ".length()));
        assertTrue(first >= 904 && first < 904 + MAX_PROBES, "the first is " + first);
        for (int i = first + 1; i < 5_000; i++) {
            assertEquals("young " + i, other.nextText());
        }
        Eventually.holds("all is settled", () -> one.cluster.health().queued() == 0);
        Cluster.Health health = one.cluster.health();
        assertEquals(5_003, health.offered());
        assertEquals(4_097, health.published());
        assertEquals(906, health.dropped());
        assertEquals(906, one.detail("droppedOffline"));
        assertEquals(0, health.unknown());
    }

    @Test
    void whatHasWaitedIsNotSaidBeforeTheOtherNodesListenAgain() {
        FaultProxy proxy = proxy();
        Node one = patientNode();
        Node other = node(proxy.url("redis"));
        one.channel.publish(TinyFormat.broadcast("all are there"));
        assertEquals("all are there", other.nextText());
        proxy.refuse();
        redis.stop();
        awaitOutage(one);
        for (int i = 0; i < 1_000; i++) {
            one.channel.publish(TinyFormat.broadcast("" + i));
        }
        long start = System.nanoTime();
        redis.restart();
        Eventually.holds("some have gone ahead", () -> one.cluster.health().published() >= 3);
        long ahead = one.cluster.health().published();
        proxy.pass();
        Eventually.holds("the other node listens", () -> other.cluster.health().isUp());
        long took = (System.nanoTime() - start) / 1_000_000;
        one.channel.publish(TinyFormat.broadcast("1000"));
        int first = Integer.parseInt(other.nextText());
        System.out.println("said before the other node listened: " + first + " of 1,000");
        // Nobody is waited for longer than a second, which is short for a busy machine.
        assertTrue(took >= 1_000 || (ahead < MAX_PROBES && first <= MAX_PROBES), first + " were lost, " + took + " ms");
        for (int i = first + 1; i <= 1_000; i++) {
            assertEquals("" + i, other.nextText());
        }
        Eventually.holds("all is settled", () -> one.cluster.health().queued() == 0);
        assertEquals(1_002, one.cluster.health().published());
    }

    @Test
    void whoIsGoneForGoodIsNotWaitedForLongerThanASecond() {
        Node one = patientNode();
        Node other = node();
        Node third = node();
        one.channel.publish(TinyFormat.broadcast("all are there"));
        assertEquals("all are there", other.nextText());
        redis.stop();
        awaitOutage(one);
        third.close();
        for (int i = 0; i < 1_000; i++) {
            one.channel.publish(TinyFormat.broadcast("" + i));
        }
        redis.restart();
        Eventually.holds("all is sent", () -> one.cluster.health().queued() == 0);
        assertEquals(1_001, one.cluster.health().published());
        Eventually.holds("the last arrives", () -> other.nextText().equals("999"));
        assertTrue(one.cluster.health().isUp());
    }

    @Test
    void aRedisThatTurnsConnectionsAwayIsNotStormed() {
        FaultProxy proxy = proxy();
        try (Jedis admin = redis.admin()) {
            Node one = node(proxy.url("redis"));
            admin.configSet("maxclients", "1");
            int before = proxy.accepted();
            long start = System.nanoTime();
            admin.sendCommand(Protocol.Command.CLIENT, "KILL", "SKIPME", "yes");
            Eventually.holds("it is tried again", () -> proxy.accepted() >= before + 12);
            long took = (System.nanoTime() - start) / 1_000_000;
            System.out.println(proxy.accepted() - before + " connections were tried within " + took + " ms");
            // Six attempts of each of two threads, which wait at least 25 ms before the second, then twice as long
            // each time.
            assertTrue(took >= 25 + 50 + 100 + 200 + 400, took + " ms");
            admin.configSet("maxclients", "100");
            Eventually.holds("it is up", () -> one.cluster.health().isUp());
        }
    }

    @Test
    void whenRedisIsBackEveryNodeListensAgainWithinASecondAndAHalf() {
        Node one = node();
        Node other = node();
        redis.stop();
        Eventually.holds(
                "both know",
                () -> !one.cluster.health().isUp() && !other.cluster.health().isUp());
        redis.restart();
        long start = System.nanoTime();
        Eventually.holds(
                "both are up",
                () -> one.cluster.health().isUp() && other.cluster.health().isUp());
        long took = (System.nanoTime() - start) / 1_000_000;
        System.out.println("resubscribed " + took + " ms after Redis was back");
        TimeBound.assertWithinMillis(1_500, took, "listening again");
        assertEquals(2, count(one));
        one.channel.publish(TinyFormat.broadcast("hello"));
        assertEquals("hello", other.nextText());
        assertTrue(one.detail("publisherReconnects") == 1 && one.detail("subscriberReconnects") == 1);
    }

    @Test
    void aKilledSubscriberLosesWhatIsSentMeanwhileAndNoMore() {
        Node one = node();
        Node other = node();
        Traffic traffic = traffic(one, other, 1_000).awaitArrivals(200);
        long before = traffic.timeOfLastArrived();
        long start = System.nanoTime();
        redis.command("CLIENT", "KILL", "TYPE", "pubsub");
        Eventually.holds(
                "it is made again",
                () -> other.detail("subscriberReconnects") == 1
                        && other.cluster.health().isUp());
        long end = System.nanoTime();
        TimeBound.assertWithinMillis(500, (end - start) / 1_000_000, "listening again");
        traffic.awaitArrivals(200).finish().assertOrderedWithoutDuplicates();
        System.out.println("subscriber killed: lost " + traffic.lost() + " of " + traffic.offered() + " at 1,000/s");
        assertEquals(
                List.of(),
                traffic.lossTimes().stream()
                        .filter(time -> time < before || time > end)
                        .toList(),
                "lost while it listened");
        assertEquals(0, one.cluster.health().dropped() + one.cluster.health().unknown());
        assertEquals(0, one.detail("publisherReconnects"));
    }

    @Test
    void aKilledPublisherSendsNothingTwice() {
        Node one = patientNode(100_000);
        Node other = node();
        Traffic traffic = traffic(one, other, 5_000).awaitArrivals(500);
        for (int kill = 1; kill <= 5; kill++) {
            redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            int kills = kill;
            Eventually.holds("it is made again", () -> one.detail("publisherReconnects") == kills);
            traffic.awaitArrivals(200);
        }
        traffic.finish();
        Eventually.holds(
                "all that was taken arrives",
                () -> traffic.arrived() >= one.cluster.health().published());
        traffic.assertOrderedWithoutDuplicates();
        System.out.println("publisher killed 5 times: " + one.cluster.health().unknown() + " of unknown fate, "
                + traffic.lost() + " lost of " + traffic.offered());
        assertTrue(traffic.lost() <= one.cluster.health().unknown());
        assertEquals(0, one.cluster.health().dropped());
    }

    @Test
    void aRedisThatStallsLosesNothing() {
        Node one = patientNode();
        Node other = node();
        Traffic traffic = traffic(one, other, 2_000).awaitArrivals(100);
        redis.command("CLIENT", "PAUSE", "1000", "ALL");
        traffic.awaitArrivals(2_000).finish();
        Eventually.holds("all arrive", () -> traffic.lost() == 0);
        traffic.assertOrderedWithoutDuplicates();
        assertTrue(traffic.oldest().toMillis() > 500, "it did stall: " + traffic.oldest());
        assertEquals(traffic.offered(), one.cluster.health().published());
        TimeBound.assertWithinMillis(500, traffic.slowestPublish().toMillis(), "a publish");
        assertEquals(0, one.detail("publisherReconnects") + other.detail("subscriberReconnects"));
    }

    @Test
    void aSilentNetworkIsNoticedWithinThreePingIntervals() {
        FaultProxy proxy = proxy();
        Node one = node();
        Node other = node(proxy.url("redis"), PING);
        long start = System.nanoTime();
        proxy.freeze();
        Eventually.holds("it is noticed", () -> !other.cluster.health().isUp());
        long took = (System.nanoTime() - start) / 1_000_000;
        System.out.println("freeze noticed after " + took + " ms, pings every " + PING.toMillis() + " ms");
        TimeBound.assertWithinMillis(3 * PING.toMillis() + 100, took, "noticing the silence");
        proxy.pass();
        Eventually.holds("it is up", () -> other.cluster.health().isUp());
        one.channel.publish(TinyFormat.broadcast("hello"));
        assertEquals("hello", other.nextText());
        Eventually.equal(2, () -> count(one)); // the connections that were given up end now
    }

    @Test
    void resetAndRefusedConnectionsAreMadeAgain() {
        FaultProxy proxy = proxy();
        Node one = node();
        Node other = node(proxy.url("redis"));
        proxy.refuse();
        proxy.cut();
        Eventually.holds("it is noticed", () -> !other.cluster.health().isUp());
        Eventually.holds("it is not counted", () -> count(one) == 1);
        proxy.pass();
        Eventually.holds("it is up", () -> other.cluster.health().isUp());
        one.channel.publish(TinyFormat.broadcast("hello"));
        assertEquals("hello", other.nextText());
        assertEquals(2, count(one));
    }

    @Test
    void whoIsCutOffFromRedisWithoutKnowingFindsOutByItsOwnMessages() {
        FaultProxy proxy = proxy();
        // With a minute between pings, only the messages can tell.
        Node one = new Node(RedisCluster.builder(proxy.url("redis"))
                .pingInterval(Duration.ofMinutes(1))
                .connect(TinyFormat.with("test", TinyFormat.Ways.PATTERN)));
        open.add(0, one);
        one.awaitUp();
        proxy.hideEnds();
        redis.command("CLIENT", "KILL", "TYPE", "pubsub");
        assertTrue(one.cluster.health().isUp(), "it does not know");
        one.channel.publish(TinyFormat.broadcast("does anybody hear me"));
        Eventually.holds(
                "it listens again",
                () -> one.detail("subscriberReconnects") == 1
                        && one.cluster.health().isUp());
        assertEquals(1, one.detail("deaf"));
        assertEquals(1, count(one));
    }
}
