package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.Missed;
import io.gangway.cluster.SessionStore;
import io.gangway.cluster.StoredSession;
import io.gangway.redis.wire.WireFormat;
import io.gangway.testing.Eventually;
import io.gangway.testing.TimeBound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Redis on several nodes: behind Sentinels, and as a Redis Cluster. The last tests break it. */
@Tag("jedis")
@Timeout(90)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RedisTopologyTest {
    private static TestRedisCluster redis;

    private final String key = UUID.randomUUID().toString();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        redis = new TestRedisCluster();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private Node node(RedisClusterBuilder builder, WireFormat.Factory formats) {
        Node node = new Node(builder.pingInterval(Duration.ofMillis(500)).connect(formats));
        open.add(0, node);
        return node.awaitUp();
    }

    private Node node(TinyFormat.Ways ways) {
        return node(RedisCluster.seeds(redis.seeds()), TinyFormat.with(key, ways));
    }

    private static int count(Node node) {
        return node.channel.nodeCount().toCompletableFuture().join();
    }

    @ParameterizedTest
    @Order(1)
    @EnumSource
    void inARedisClusterAllMessagesComeWhereverTheirChannelsAre(TinyFormat.Ways ways) throws Exception {
        Node one = node(ways);
        Node other = node(ways);
        assertEquals(2, count(one));
        for (int i = 0; i < 30; i++) {
            String room = "room " + i;
            other.rooms.add(room);
            other.channel.roomChanged(room).toCompletableFuture().get();
            one.channel.publish(TinyFormat.broadcast(room, room));
            assertEquals(room, other.nextText());
        }
        for (int i = 0; i < 1_000; i++) {
            one.channel.publish(TinyFormat.broadcast("message " + i));
        }
        for (int i = 0; i < 1_000; i++) {
            assertEquals("message " + i, other.nextText());
        }
        assertEquals(0, one.cluster.health().dropped() + one.cluster.health().unknown());
        assertEquals(0, one.detail("deaf") + other.detail("deaf"));
    }

    @Test
    @Order(2)
    void inARedisClusterSessionsAndHistoryAreFoundWhereverTheyAre() {
        Node one = recoveringNode();
        Node other = recoveringNode();
        SessionStore here = one.channel.sessions().orElseThrow();
        SessionStore there = other.channel.sessions().orElseThrow();
        one.awaitUp();
        other.awaitUp();
        String before = done(one.channel.publish(TinyFormat.event("before")));
        String after = done(other.channel.publish(TinyFormat.event("after")));
        assertEquals(
                List.of(after),
                done(there.missed(before, new Missed.Limits(10, 1_000))).entries().stream()
                        .map(Missed.Entry::offset)
                        .toList());
        Set<Integer> owners = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            String privateId = "session-" + i;
            owners.add(redis.owner(key + privateId));
            done(here.save(session(privateId), Duration.ofMinutes(1)));
            assertTrue(done(there.claim(done(there.find(privateId)).orElseThrow())));
        }
        assertEquals(Set.of(0, 1, 2), owners);
        assertTrue(done(here.holder("nobody")).isEmpty());
        redis.move(key + "moved", (redis.owner(key + "moved") + 1) % 3);
        done(here.save(session("moved"), Duration.ofMinutes(1)));
        assertTrue(done(there.claim(done(there.find("moved")).orElseThrow())));
    }

    private static StoredSession session(String privateId) {
        return new StoredSession(
                privateId,
                "id",
                Set.of(),
                new TinyFormat.Text("{}"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private Node recoveringNode() {
        Node node = new Node(RedisCluster.seeds(redis.seeds())
                .mode(RedisMode.STREAMS)
                .key(key)
                .streams(streams -> streams.name(key).sessionPrefix(key))
                .connect());
        open.add(0, node);
        return node;
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    @ParameterizedTest
    @Order(2)
    @EnumSource
    void realFormatsWorkInARedisCluster(RedisMode mode) {
        RedisClusterBuilder[] builders = new RedisClusterBuilder[2];
        for (int i = 0; i < 2; i++) {
            builders[i] = RedisCluster.seeds(redis.seeds()).mode(mode).key(key);
            if (mode == RedisMode.STREAMS) {
                builders[i].streams(streams -> streams.name(key).count(3));
            }
        }
        Node one = new Node(builders[0].connect());
        open.add(one);
        Node other = new Node(builders[1].connect());
        open.add(other);
        one.awaitUp();
        other.awaitUp();
        one.channel.publish(TinyFormat.event("hello"));
        assertEquals("[\"hello\"]", TinyFormat.text(other.next()));
        assertEquals(2, count(one));
    }

    @Test
    @Order(3)
    void aChannelWhoseSlotMovesIsHeardAtItsNewPlaceWithinASecond() {
        Node one = node(TinyFormat.Ways.SHARDED);
        Node other = node(TinyFormat.Ways.SHARDED);
        String channel = key + "#/#";
        int from = redis.owner(channel);
        Traffic traffic = new Traffic(one, other, 1_000).awaitArrivals(100);
        open.add(0, traffic);
        long before = traffic.timeOfLastArrived();
        long start = System.nanoTime();
        redis.move(channel, (from + 1) % 3);
        Eventually.holds("it listens there", () -> {
            Object answer = redis.masters.get((from + 1) % 3).command("PUBSUB", "SHARDNUMSUB", channel);
            return ((List<?>) answer).get(1).equals(2L);
        });
        long end = System.nanoTime();
        long took = (end - start) / 1_000_000;
        System.out.println("slot moved: subscribed at the new place after " + took + " ms");
        TimeBound.assertWithinMillis(1_000, took, "listening at the new place");
        traffic.awaitArrivals(200).finish().assertOrderedWithoutDuplicates();
        System.out.println(
                "slot moved: lost " + traffic.lost() + " of " + traffic.offered() + ", " + one.cluster.health());
        assertEquals(
                List.of(),
                traffic.lossTimes().stream()
                        .filter(time -> time < before || time > end)
                        .toList(),
                "lost while they listened at one of the places");
        redis.move(channel, from);
        redis.awaitAgreement();
    }

    @ParameterizedTest
    @Order(3)
    @EnumSource
    void anEmitterReachesARedisClusterWhereverTheChannelsAre(RedisMode mode) throws Exception {
        RedisClusterBuilder nodes = RedisCluster.seeds(redis.seeds()).mode(mode).key(key);
        RedisEmitterBuilder emitters = RedisEmitter.seeds(redis.seeds())
                .mode(mode)
                .key(key)
                .offlineBuffer(100, Duration.ofSeconds(30)); // however long it takes to connect
        if (mode == RedisMode.STREAMS) {
            nodes.streams(streams -> streams.name(key).count(3));
            emitters.streams(streams -> streams.name(key).count(3));
        }
        RedisCluster cluster = nodes.connect();
        open.add(cluster);
        List<Node> namespaces = IntStream.range(0, 6)
                .mapToObj(i -> new Node(cluster, "/" + i, "room").awaitUp())
                .toList();
        for (Node node : namespaces) {
            node.channel.roomChanged("room").toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
        RedisEmitter emitter = emitters.connect();
        open.add(emitter);
        for (int i = 0; i < namespaces.size(); i++) {
            emitter.of("/" + i).emit("to all", i);
            emitter.of("/" + i).to("room").emit("to a room", i);
        }
        for (int i = 0; i < namespaces.size(); i++) {
            // In a Redis Cluster the two channels of a namespace are on different nodes, and in no order.
            Set<String> heard =
                    Set.of(namespaces.get(i).nextText(), namespaces.get(i).nextText());
            assertEquals(Set.of("[\"to all\"," + i + "]", "[\"to a room\"," + i + "]"), heard);
        }
    }

    @Test
    @Order(3)
    void anEmitterFollowsASlotThatMoves() {
        Node node = new Node(RedisCluster.seeds(redis.seeds())
                .mode(RedisMode.SHARDED)
                .key(key)
                .pingInterval(Duration.ofMillis(500))
                .connect());
        open.add(node);
        node.awaitUp();
        RedisEmitter emitter = RedisEmitter.seeds(redis.seeds())
                .mode(RedisMode.SHARDED)
                .key(key)
                .connect();
        open.add(0, emitter);
        emitter.emit("before");
        assertEquals("[\"before\"]", node.nextText());
        String channel = key + "#/#";
        int from = redis.owner(channel);
        long start = System.nanoTime();
        redis.move(channel, (from + 1) % 3);
        AtomicInteger said = new AtomicInteger();
        Eventually.holds("it is heard at the new place", () -> {
            emitter.emit("e", said.incrementAndGet());
            return !node.received.isEmpty();
        });
        long took = (System.nanoTime() - start) / 1_000_000;
        System.out.println("slot moved: an emitter is heard after " + took + " ms, from its message "
                + TinyFormat.text(node.received.peek()) + " on");
        TimeBound.assertWithinMillis(1_500, took, "being heard at the new place");
        redis.move(channel, from);
        redis.awaitAgreement();
    }

    @Test
    @Order(4)
    void whenAMasterDiesItsReplicaIsUsed() {
        // The rooms are so many that the master has some of them.
        Node one = node(TinyFormat.Ways.SHARDED);
        Node other = node(TinyFormat.Ways.SHARDED);
        List<String> rooms = IntStream.range(0, 20).mapToObj(i -> "room" + i).toList();
        rooms.forEach(room -> {
            other.rooms.add(room);
            other.channel.roomChanged(room).toCompletableFuture().join();
        });
        long start = System.nanoTime();
        redis.masters.get(0).stop();
        Eventually.holds(
                "it is noticed",
                () -> !one.cluster.health().isUp() && !other.cluster.health().isUp());
        Node.eventually(
                "both are up again",
                Duration.ofSeconds(30),
                () -> one.cluster.health().isUp() && other.cluster.health().isUp());
        System.out.println("a master died: up again after " + (System.nanoTime() - start) / 1_000_000 + " ms");
        for (String room : rooms) {
            one.channel.publish(TinyFormat.broadcast(room, room));
            assertEquals(room, other.nextText());
        }
        assertEquals(2, count(one));
    }

    @Test
    @Order(5)
    void whenTheMasterDiesTheSentinelsTellOfAnother() {
        TestRedis master = TestRedis.start();
        open.add(master);
        TestRedis replica = TestRedis.startReplicaOf(master);
        open.add(replica);
        Eventually.holds( // a Sentinel asks its master for replicas at once, and then each 10 s
                "the master knows the replica",
                () -> TestRedis.text(master.command("INFO", "replication")).contains("state=online"));
        TestRedis sentinel = TestRedis.startSentinel("main", master);
        open.add(sentinel);
        Eventually.holds(
                "the sentinel knows the replica",
                () -> TestRedis.text(sentinel.command("INFO", "sentinel")).contains("slaves=1"));
        List<String> sentinels = List.of("redis://127.0.0.1:" + TestRedis.freePort(), sentinel.url());
        Node one = node(RedisCluster.sentinels("main", sentinels), TinyFormat.with(key, TinyFormat.Ways.PATTERN));
        Node other = node(RedisCluster.sentinels("main", sentinels), TinyFormat.with(key, TinyFormat.Ways.PATTERN));
        Node classic = new Node(RedisCluster.sentinels("main", sentinels)
                        .key(key)
                        .pingInterval(Duration.ofMillis(500))
                        .connect())
                .awaitUp();
        open.add(0, classic);
        RedisEmitter emitter =
                RedisEmitter.sentinels("main", sentinels).key(key).connect();
        open.add(0, emitter);
        one.channel.publish(TinyFormat.broadcast("before"));
        assertEquals("before", other.nextText());
        emitter.emit("before");
        assertEquals("[\"before\"]", classic.nextText());
        long start = System.nanoTime();
        master.stop();
        Eventually.holds("it is noticed", () -> !one.cluster.health().isUp());
        Node.eventually(
                "both are up again",
                Duration.ofSeconds(30),
                () -> one.cluster.health().isUp()
                        && other.cluster.health().isUp()
                        && classic.cluster.health().isUp());
        System.out.println("sentinel: up again after " + (System.nanoTime() - start) / 1_000_000 + " ms");
        one.channel.publish(TinyFormat.broadcast("after"));
        assertEquals("after", other.nextText());
        Eventually.holds("the emitter is there, too", () -> {
            emitter.emit("after");
            return !classic.received.isEmpty();
        });
        assertEquals(2, replica.subscribers(key + "-questions#/#").get(key + "-questions#/#"));
    }
}
