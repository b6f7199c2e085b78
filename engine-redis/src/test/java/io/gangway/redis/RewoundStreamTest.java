package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.RestoreParams;

/** A stream that goes back behind the last entry read, although no connection breaks, is noticed and read on. */
@Timeout(60)
class RewoundStreamTest {
    private static final String STREAM = "socket.io";
    /** The id of an entry added by a clock that is ahead. */
    private static final String LATE = "99999999999999-7";

    private final TestRedis redis = TestRedis.start();
    private final List<AutoCloseable> open = new ArrayList<>(List.of(redis));

    private Node node(Consumer<StreamsChoices> choices) {
        Node node = new Node(RedisCluster.builder(redis.url())
                .mode(RedisMode.STREAMS)
                .pingInterval(Duration.ofSeconds(1)) // a reader is replaced when Redis has been silent for two
                .streams(streams -> choices.accept(streams.block(Duration.ofMillis(20))))
                .connect());
        open.add(0, node);
        return node.awaitUp();
    }

    private Node node() {
        return node(streams -> {});
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    /** Adds an event that no node has sent. */
    private void add(String stream, String id, String event) {
        String data = "{\"packet\":{\"type\":2,\"data\":[\"" + event + "\"]},\"opts\":{\"rooms\":[]}}";
        redis.command("XADD", stream, id, "uid", "abc", "nsp", "/", "type", "3", "data", data);
    }

    private static String publish(Node node, String event) throws Exception {
        return node.channel
                .publish(TinyFormat.event(event))
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
    }

    private static void assertHears(Node node, String event) {
        assertEquals("[\"" + event + "\"]", node.nextText());
    }

    private void assertWentBack(Node node, int times) {
        Eventually.holds("it has gone back", () -> node.detail("streamRewinds") == times);
        assertEquals(0, node.detail("streamReconnects"));
        assertTrue(node.cluster.health().isUp());
        assertEquals(0, node.received.size());
    }

    /** Waits until every reader has checked where the stream ends. */
    private void awaitLooks(int readers) {
        long before = looks();
        Eventually.holds("the readers have looked", () -> looks() >= before + 2L * readers);
    }

    private long looks() {
        return TestRedis.text(redis.command("INFO", "commandstats"))
                .lines()
                .filter(line -> line.startsWith("cmdstat_xinfo"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
                .sum();
    }

    @ParameterizedTest
    @CsvSource({"FLUSHALL, ''", "DEL, socket.io", "UNLINK, socket.io"})
    void ofAStreamThatIsMadeAnewAllIsRead(String command, String argument) throws Exception {
        Node one = node();
        Node other = node();
        add(STREAM, LATE, "before");
        assertHears(other, "before");
        assertHears(one, "before");
        try (CapturedLog log = new CapturedLog()) {
            redis.command(command, argument.isEmpty() ? new String[0] : new String[] {argument});
            publish(one, "first");
            publish(one, "second");
            assertHears(other, "first");
            assertHears(other, "second");
            assertWentBack(other, 1);
            Eventually.holds(
                    "each node has warned", () -> log.complaints().lines().count() >= 2);
            String lines = log.complaints();
            assertTrue(lines.contains("stream socket.io ends at ") && lines.contains(LATE), lines);
            assertEquals(2, lines.lines().count(), lines);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"count", "readCount", "sharded", "name"})
    void withAnyOptionOfStreams(String option) throws Exception {
        Consumer<StreamsChoices> choices = switch (option) {
            case "count" -> streams -> streams.count(4);
            case "readCount" -> streams -> streams.readCount(1);
            case "sharded" -> StreamsChoices::shardedPubSub;
            default -> streams -> streams.name("another");
        };
        String stream = option.equals("count") ? "socket.io-3" : option.equals("name") ? "another" : STREAM;
        Node one = node(choices);
        Node other = node(choices);
        add(stream, LATE, "before");
        assertHears(other, "before");
        redis.command("DEL", stream);
        publish(one, "first");
        publish(one, "second");
        assertHears(other, "first");
        assertHears(other, "second");
        assertWentBack(other, 1);
    }

    @Test
    void ofAnOlderCopyOnlyWhatIsNewIsRead() throws Exception {
        Node one = node();
        Node other = node();
        try (Jedis admin = redis.admin()) {
            publish(one, "a");
            String b = publish(one, "b");
            byte[] copy = admin.dump(STREAM);
            add(STREAM, LATE, "lost");
            for (String event : List.of("a", "b", "lost")) {
                assertHears(other, event);
            }
            assertHears(one, "lost");
            admin.restore(STREAM, 0, copy, RestoreParams.restoreParams().replace());
            add(STREAM, b.replaceAll("-.*", "-9"), "new");
            assertHears(other, "new");
            publish(one, "newer");
            assertHears(other, "newer");
        }
        assertWentBack(other, 1);
    }

    @Test
    void aCopyFromBeforeItBeganIsNotReadAgain() throws Exception {
        add(STREAM, "1-1", "long ago");
        add(STREAM, "1-2", "ago");
        try (Jedis admin = redis.admin()) {
            byte[] copy = admin.dump(STREAM);
            Node other = node();
            add(STREAM, "5-1", "lost");
            assertHears(other, "lost");
            admin.restore(STREAM, 0, copy, RestoreParams.restoreParams().replace());
            assertWentBack(other, 1);
            add(STREAM, "1-3", "new");
            assertHears(other, "new");
            assertWentBack(other, 1);
        }
    }

    @Test
    void entriesThatAreDeletedOrTrimmedAwayAreNoWayBack() throws Exception {
        Node one = node();
        Node other = node();
        publish(one, "a");
        redis.command("XDEL", STREAM, publish(one, "b"));
        assertHears(other, "a");
        awaitLooks(2);
        redis.command("XTRIM", STREAM, "MAXLEN", "0");
        awaitLooks(2);
        other.cluster.link().cutReaders();
        Eventually.holds("it has come back", () -> other.detail("streamReconnects") == 1);
        publish(one, "c");
        Eventually.holds(
                "c has come",
                () -> other.received.stream()
                        .anyMatch(said -> TinyFormat.text(said).equals("[\"c\"]")));
        assertEquals(0, other.detail("streamRewinds"));
        assertTrue(
                other.received.size() <= 2, other.received::toString); // b, if it was read before it was deleted, and c
    }

    @Test
    void oneLookForWhatIsKnownGoesThroughAsManyPagesAsItTakes() throws Exception {
        Node other = node(streams -> streams.readCount(3));
        try (Jedis admin = redis.admin()) {
            add(STREAM, "7-1", "known");
            assertHears(other, "known");
            byte[] copy = admin.dump(STREAM);
            add(STREAM, LATE, "lost");
            assertHears(other, "lost");
            var all = admin.multi(); // at once, so that nothing is read in between
            all.restore(STREAM, 0, copy, RestoreParams.restoreParams().replace());
            for (int i = 0; i < 10; i++) {
                all.xadd(
                        STREAM,
                        new redis.clients.jedis.StreamEntryID(8, i),
                        java.util.Map.of(
                                "uid",
                                "abc",
                                "nsp",
                                "/",
                                "type",
                                "3",
                                "data",
                                "{\"packet\":{\"type\":2,\"data\":[\"" + i + "\"]},\"opts\":{}}"));
            }
            all.exec();
        }
        for (int i = 0; i < 10; i++) {
            assertHears(other, String.valueOf(i));
        }
        assertWentBack(other, 1);
    }
}
