package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage.ClientCount;
import io.gangway.cluster.ClusterMessage.Fetch;
import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.cluster.Target;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages between nodes over a Redis that works. */
@Tag("jedis")
@Timeout(30)
class RedisClusterTest {
    private final String key = UUID.randomUUID().toString();
    private final List<Node> nodes = new java.util.ArrayList<>();

    private Node node(TinyFormat.Ways ways) {
        return node(ways, "/");
    }

    private Node node(TinyFormat.Ways ways, String namespace) {
        Node node =
                new Node(RedisCluster.builder(TestRedis.sharedUrl()).connect(TinyFormat.with(key, ways)), namespace);
        nodes.add(node);
        return node.awaitUp();
    }

    @AfterEach
    void close() {
        nodes.forEach(Node::close);
    }

    @ParameterizedTest
    @EnumSource
    void broadcastsReachTheOthersInOrderAndNotTheSender(TinyFormat.Ways ways) {
        Node one = node(ways);
        Node other = node(ways);
        for (int i = 0; i < 1_000; i++) {
            one.channel.publish(TinyFormat.broadcast("message " + i));
        }
        for (int i = 0; i < 1_000; i++) {
            assertEquals("message " + i, other.nextText());
        }
        Eventually.holds("all is acknowledged", () -> one.cluster.health().published() == 1_000);
        Cluster.Health health = one.cluster.health();
        assertEquals(1_000, health.offered());
        assertEquals(0, health.queued() + health.dropped() + health.unknown());
        assertEquals(0, one.received.size());
        Eventually.holds("its own come back, and are skipped", () -> one.detail("selfSkipped") == 1_000);
        assertEquals(1_000, other.cluster.health().received());
    }

    @Test
    void aStageOfPublishCompletesOnceRedisHasTheMessage() throws Exception {
        Node one = node(TinyFormat.Ways.PATTERN);
        assertEquals(
                "",
                one.channel
                        .publish(TinyFormat.broadcast("x"))
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @EnumSource
    void nodesAreCountedByNamespace(TinyFormat.Ways ways) throws Exception {
        Node one = node(ways);
        node(ways);
        Node elsewhere = node(ways, "/elsewhere");
        assertEquals(2, one.channel.nodeCount().toCompletableFuture().get(5, TimeUnit.SECONDS));
        assertEquals(1, elsewhere.channel.nodeCount().toCompletableFuture().get(5, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @EnumSource
    void whoAsksIsAnswered(TinyFormat.Ways ways) {
        Node one = node(ways);
        Node other = node(ways);
        other.handler =
                message -> other.channel.respond(message.from(), new ClientCount("", ((Fetch) message).requestId(), 7));
        one.channel.publish(new Fetch("", Target.ALL, "42"));
        assertEquals(new ClientCount(other.channel.nodeId(), "42", 7), one.next());
    }

    @Test
    void aMessageForARoomWithoutMembersIsSkippedUnread() {
        Node one = node(TinyFormat.Ways.PATTERN);
        Node other = node(TinyFormat.Ways.PATTERN);
        other.rooms.add("here");
        one.channel.publish(TinyFormat.broadcast("no", "elsewhere"));
        one.channel.publish(TinyFormat.broadcast("yes", "here"));
        assertEquals("yes", other.nextText());
        assertEquals(1, other.detail("roomSkipped"));
    }

    @ParameterizedTest
    @EnumSource(names = {"ROOMS", "SHARDED"})
    void afterRoomChangedMessagesForTheRoomComeAtOnce(TinyFormat.Ways ways) throws Exception {
        Node one = node(ways);
        Node other = node(ways);
        for (int i = 0; i < 200; i++) {
            String room = "room " + i;
            other.rooms.add(room);
            other.channel.roomChanged(room).toCompletableFuture().get(5, TimeUnit.SECONDS);
            one.channel.publish(TinyFormat.broadcast(room, room));
            assertEquals(room, other.nextText());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ROOMS", "SHARDED"})
    void aRoomIsListenedToWhileItHasMembersWhateverTheOrderOfTheNews(TinyFormat.Ways ways) throws Exception {
        Node one = node(ways);
        for (int i = 0; i < 100; i++) {
            one.rooms.add("room");
            one.channel.roomChanged("room");
            one.rooms.remove("room");
            one.channel.roomChanged("room");
        }
        one.rooms.add("room");
        one.channel.roomChanged("room").toCompletableFuture().get(5, TimeUnit.SECONDS);
        Node other = node(ways);
        other.channel.publish(TinyFormat.broadcast("hello", "room"));
        assertEquals("hello", one.nextText());
        one.rooms.remove("room");
        one.channel.roomChanged("room").toCompletableFuture().get(5, TimeUnit.SECONDS);
        Eventually.holds("nobody listens to the room", () -> {
            other.channel.publish(TinyFormat.broadcast("nobody", "room"));
            return other.detail("receivers") == 0;
        });
        assertEquals(0, one.detail("deaf") + other.detail("deaf"));
    }

    @Test
    void aNamespaceThatIsClosedHearsNothingAndIsNotCounted() throws Exception {
        Node one = node(TinyFormat.Ways.PATTERN);
        Node other = node(TinyFormat.Ways.PATTERN);
        other.channel.close();
        other.channel.close();
        Eventually.holds(
                "one node is left",
                () -> one.channel.nodeCount().toCompletableFuture().join() == 1);
        Eventually.holds("messages have one receiver, the sender itself", () -> {
            one.channel.publish(TinyFormat.broadcast("x")).toCompletableFuture().join();
            return one.detail("receivers") == 1;
        });
        Node third = node(TinyFormat.Ways.PATTERN);
        third.channel
                .publish(TinyFormat.broadcast("after"))
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        assertEquals("after", one.nextText());
        assertEquals(2, third.detail("receivers"));
        assertTrue(
                other.received.stream()
                        .noneMatch(message -> TinyFormat.text(message).equals("after")),
                other.received::toString);
    }

    @Test
    void aNamespaceOpenedAgainTakesThePlaceOfTheFormer() throws Exception {
        Node one = node(TinyFormat.Ways.ROOMS);
        one.rooms.add("room");
        one.channel.roomChanged("room").toCompletableFuture().get(5, TimeUnit.SECONDS);
        Node again = new Node(one.cluster, "/", "room").awaitUp();
        one.channel.close();
        Node other = node(TinyFormat.Ways.ROOMS);
        assertEquals(2, other.channel.nodeCount().toCompletableFuture().get(5, TimeUnit.SECONDS));
        other.channel.publish(TinyFormat.broadcast("to the room", "room"));
        assertEquals("to the room", again.nextText());
        assertEquals(0, one.received.size());
    }

    @Test
    void afterCloseNothingIsSentAndNobodyListens() throws Exception {
        Node one = node(TinyFormat.Ways.PATTERN);
        Node other = node(TinyFormat.Ways.PATTERN);
        for (int i = 0; i < 1_000; i++) {
            one.channel.publish(TinyFormat.broadcast("before " + i));
        }
        one.close();
        for (int i = 0; i < 1_000; i++) {
            assertEquals("before " + i, other.nextText());
        }
        Cluster.Health health = one.cluster.health();
        assertEquals(Cluster.State.CLOSED, health.state());
        assertEquals(1_000, health.published());
        assertEquals(1, other.channel.nodeCount().toCompletableFuture().get(5, TimeUnit.SECONDS));
        var late = one.channel.publish(TinyFormat.broadcast("late")).toCompletableFuture();
        assertTrue(
                assertThrows(java.util.concurrent.ExecutionException.class, late::get)
                                .getCause()
                        instanceof ClusterUnavailableException);
        assertEquals(1, one.cluster.health().dropped());
        one.close();
    }

    @Test
    void awaitUpFailsInTimeIfNobodyIsThere() {
        String nowhere = "redis://user:secret@127.0.0.1:" + TestRedis.freePort();
        try (RedisCluster cluster =
                RedisCluster.builder(nowhere).connect(TinyFormat.with(key, TinyFormat.Ways.PATTERN))) {
            var failure =
                    assertThrows(ClusterUnavailableException.class, () -> cluster.awaitUp(Duration.ofMillis(100)));
            assertTrue(failure.getMessage().contains("is CONNECTING after 100 ms"), failure.getMessage());
            assertTrue(!failure.toString().contains("secret"));
        }
    }
}
