package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.cluster.Missed;
import io.gangway.cluster.SessionStore;
import io.gangway.cluster.StoredSession;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client whose history or session is gone, or may be, gets a new session, soon; never one with a gap. */
@Timeout(60)
class LostHistoryTest {
    private static final String STREAM = "socket.io";
    private static final Duration WINDOW = Duration.ofMinutes(2);
    private static final Missed.Limits PLENTY = new Missed.Limits(10_000, 1 << 20);

    private final TestRedis redis = TestRedis.start();
    private final List<AutoCloseable> open = new ArrayList<>(List.of(redis));
    private Node node;
    private SessionStore sessions;

    private void start(Consumer<StreamsChoices> choices) {
        node = new Node(RedisCluster.builder(redis.url())
                .mode(RedisMode.STREAMS)
                .pingInterval(Duration.ofSeconds(2)) // also how soon a stream that went back is noticed
                .streams(streams -> choices.accept(streams.block(Duration.ofMillis(20))))
                .connect());
        open.add(0, node);
        sessions = node.channel.sessions().orElseThrow();
        node.awaitUp();
    }

    private void start() {
        start(streams -> {});
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private String say(String event) {
        return get(node.channel.publish(TinyFormat.event(event)));
    }

    private Missed missedAfter(String offset) {
        return get(sessions.missed(offset, PLENTY));
    }

    private void assertMissed(String after, String... offsets) {
        Missed missed = missedAfter(after);
        assertTrue(missed.complete());
        assertEquals(
                List.of(offsets),
                missed.entries().stream().map(Missed.Entry::offset).toList());
    }

    private static StoredSession session(String privateId) {
        return new StoredSession(
                privateId,
                "id",
                Set.of("id"),
                new TinyFormat.Text("{}"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static void assertFailsSoon(Supplier<CompletionStage<?>> asking) {
        CompletionException failure = assertThrows(CompletionException.class, () -> get(asking.get()));
        assertInstanceOf(ClusterUnavailableException.class, failure.getCause());
    }

    @Test
    void ofATrimmedStreamOnlyWhatFollowsItsFirstEntryIsComplete() {
        start();
        String first = say("first");
        String second = say("second");
        String third = say("third");
        redis.command("XTRIM", STREAM, "MAXLEN", "2");
        assertEquals(Missed.INCOMPLETE, missedAfter(first));
        assertMissed(second, third);
        redis.command("XTRIM", STREAM, "MAXLEN", "0");
        assertEquals(Missed.INCOMPLETE, missedAfter(second));
        assertMissed(third); // nothing was ever sent after it
        String fourth = say("fourth");
        assertEquals(Missed.INCOMPLETE, missedAfter(second));
        assertMissed(fourth);
    }

    @Test
    void whatFollowsOnManyPagesIsRead() {
        start();
        String start = say("start");
        List<String> offsets = new ArrayList<>();
        for (int i = 0; i < 350; i++) {
            offsets.add(get(node.channel.publish(TinyFormat.event("message " + i))));
        }
        assertMissed(start, offsets.toArray(String[]::new));
        assertMissed(offsets.get(249), offsets.subList(250, 350).toArray(String[]::new));
        assertMissed(offsets.get(250), offsets.subList(251, 350).toArray(String[]::new));
    }

    @Test
    void thousandsWhoAskAtOnceAreAnsweredByFewReads() {
        start();
        List<CompletionStage<String>> sent = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            sent.add(node.channel.publish(TinyFormat.event("message " + i)));
        }
        List<String> offsets = sent.stream().map(LostHistoryTest::get).toList();
        long before = reads();
        List<CompletionStage<Missed>> answers = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            answers.add(sessions.missed(i % 100 == 0 ? (i + 1) + "-0" : offsets.get(i / 2), PLENTY));
        }
        for (int i = 0; i < 4_000; i++) {
            Missed missed = get(answers.get(i));
            assertEquals(i % 100 != 0, missed.complete());
            if (missed.complete()) {
                assertEquals(1_999 - i / 2, missed.entries().size());
            }
        }
        long after = reads();
        assertTrue(after - before < 40 + 200, after - before + " reads"); // 40 have asked for what never was
    }

    @Test
    void whoAsksForWhatNeverWasDoesNotMakeOthersReadAgain() {
        start();
        String start = say("start");
        for (int i = 0; i < 350; i++) {
            node.channel.publish(TinyFormat.event("message " + i));
        }
        say("last");
        assertTrue(missedAfter(start).complete());
        long before = reads();
        assertEquals(Missed.INCOMPLETE, missedAfter("1-0"));
        assertTrue(missedAfter(start).complete());
        assertEquals(2, reads() - before); // one for each: what the second has missed is known, up to its end
    }

    @Test
    void whatIsTrimmedBeforeItIsReadIsNotComplete() {
        start();
        String start = say("start");
        assertMissed(start); // from now on it is read from there
        say("first");
        say("second");
        say("third");
        redis.command("XTRIM", STREAM, "MAXLEN", "1");
        assertEquals(Missed.INCOMPLETE, missedAfter(start));
    }

    @Test
    void alsoMoreThanIsRememberedForOthersIsReadInFull() {
        start();
        Missed.Limits more = new Missed.Limits(100, 100L << 20);
        String start = say("start");
        List<String> offsets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            offsets.add(say("x".repeat(1 << 20)));
        }
        List<CompletionStage<Missed>> answers = List.of(
                sessions.missed(start, more),
                sessions.missed("1-0", more),
                sessions.missed(offsets.get(1), new Missed.Limits(100, 1 << 20)),
                sessions.missed(offsets.get(18), more),
                sessions.missed(offsets.get(19), more));
        assertEquals(20, get(answers.get(0)).entries().size());
        assertEquals(Missed.INCOMPLETE, get(answers.get(1)));
        assertEquals(Missed.INCOMPLETE, get(answers.get(2)));
        assertEquals(1, get(answers.get(3)).entries().size());
        assertEquals(new Missed(true, List.of()), get(answers.get(4)));
        assertEquals(20, get(sessions.missed(start, more)).entries().size());
    }

    private long reads() {
        return TestRedis.text(redis.command("INFO", "commandstats"))
                .lines()
                .filter(line -> line.startsWith("cmdstat_xrange"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
                .sum();
    }

    @Test
    void ofAStreamThatWasMadeAnewNoEarlierPlaceIsComplete() {
        start();
        String before = say("before");
        redis.command("DEL", STREAM);
        assertEquals(Missed.INCOMPLETE, missedAfter(before));
        Eventually.holds("it has gone back", () -> node.detail("streamRewinds") == 1);
        String after = say("after");
        assertEquals(Missed.INCOMPLETE, missedAfter(before));
        assertMissed(after);
    }

    /** Otherwise the node would wait for it for good, and give no sessions back meanwhile. */
    @Test
    void theNodesOwnMessageThatIsDeletedBeforeItIsReadFails() throws Exception {
        start();
        Node reading = node;
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        reading.handler = message -> {
            busy.countDown();
            await(release);
        };
        start(); // another node
        say("handled for long");
        await(busy);
        CompletionStage<String> perhapsLost = added(reading, "perhaps asked for already");
        CompletionStage<String> lost = added(reading, "lost");
        redis.command("DEL", STREAM);
        release.countDown();
        assertFailsSoon(() -> lost);
        Eventually.holds(
                "nothing is on its way", () -> perhapsLost.toCompletableFuture().isDone());
    }

    private CompletionStage<String> added(Node by, String event) {
        long before = length();
        CompletionStage<String> added = by.channel.publish(TinyFormat.event(event));
        Eventually.holds("the entry is in the stream", () -> length() > before);
        return added;
    }

    private long length() {
        return (Long) redis.command("XLEN", STREAM);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void aPlaceThatTheStreamNeverHadIsNotComplete() {
        start();
        String one = say("one");
        say("other");
        long time = Long.parseLong(one.replaceAll("-.*", ""));
        for (String never : List.of(time + "-77", "1-0", "99999999999999-0", "0-0")) {
            assertEquals(Missed.INCOMPLETE, missedAfter(never), never);
        }
    }

    @Test
    void aRedisThatRestartedEmptyHasNeitherSessionsNorHistory() {
        start();
        String before = say("before");
        get(sessions.save(session("ann"), WINDOW));
        redis.stop();
        redis.restart();
        Eventually.holds("it is up again", () -> node.cluster.health().isUp());
        assertTrue(get(sessions.find("ann")).isEmpty());
        assertEquals(Missed.INCOMPLETE, missedAfter(before));
        // Sessions that begin now have a place to refer to, although nothing has been sent since.
        Eventually.holds(
                "there is a place",
                () -> !sessions.latestOffset().equals(before)
                        && missedAfter(sessions.latestOffset()).complete());
        String start = sessions.latestOffset();
        assertMissed(start, say("after"));
    }

    @Test
    void whileRedisIsAwayEveryQuestionFailsAndASessionWaits() {
        start();
        String before = say("before");
        get(sessions.save(session("ann"), WINDOW));
        StoredSession found = get(sessions.find("ann")).orElseThrow();
        redis.stop();
        Eventually.holds("it is down", () -> !node.cluster.health().isUp());
        assertFailsSoon(() -> sessions.find("ann"));
        assertFailsSoon(() -> sessions.claim(found));
        assertFailsSoon(() -> sessions.missed(before, PLENTY));
        assertFailsSoon(() -> sessions.holder("ann"));
        assertFailsSoon(() -> sessions.recall("ann", Optional.empty()));
        CompletionStage<Void> saved = sessions.save(session("bob"), WINDOW);
        redis.restart();
        get(saved);
        Eventually.holds("it is up", () -> node.cluster.health().isUp());
        assertTrue(get(sessions.find("bob")).isPresent());
    }

    @Test
    void sessionsSavedJustBeforeANodeClosesAreKept() {
        start();
        for (int i = 0; i < 1_000; i++) {
            sessions.save(session("client-" + i), WINDOW);
        }
        node.close();
        start();
        for (int i = 0; i < 1_000; i += 111) {
            assertTrue(get(sessions.find("client-" + i)).isPresent(), "client-" + i);
        }
    }

    @Test
    void aRedisThatHangsIsNotWaitedForForLong() {
        start();
        String before = say("before");
        get(sessions.save(session("ann"), WINDOW));
        redis.freeze();
        try {
            assertFailsSoon(() -> sessions.find("ann"));
            assertFailsSoon(() -> sessions.missed(before, PLENTY));
        } finally {
            redis.thaw();
        }
    }

    @Test
    void whatStandsUnderASessionsKeyAndIsNoneIsIgnored() {
        start();
        redis.command("SET", "sio:session:bad", "gaa=");
        redis.command("SET", "sio:session:large", "A".repeat(2 << 20));
        redis.command("LPUSH", "sio:session:list", "a");
        assertTrue(get(sessions.find("bad")).isEmpty());
        assertTrue(get(sessions.find("large")).isEmpty());
        assertFailsSoon(() -> sessions.find("list"));
        get(sessions.save(session("ann"), WINDOW));
        assertTrue(get(sessions.find("ann")).isPresent());
    }

    @Test
    void aStreamThatIsTooShortForTheWindowIsWarnedOf() {
        start(streams -> streams.maxLen(2_000));
        try (CapturedLog log = new CapturedLog()) {
            get(sessions.save(session("ann"), WINDOW));
            assertFalse(log.text().contains("maxLen"), log.text());
            for (int i = 0; i < 1_100; i++) {
                node.channel.publish(TinyFormat.event("message"));
            }
            say("last");
            get(sessions.save(session("bob"), WINDOW));
            log.expectComplaint("raise maxLen to ");
            get(sessions.save(session("cem"), WINDOW));
            assertFalse(log.text().contains("maxLen"), log.text()); // once is enough
        }
    }
}
