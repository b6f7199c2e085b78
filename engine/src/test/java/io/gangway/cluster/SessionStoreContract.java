package io.gangway.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.Disconnect;
import io.gangway.cluster.ClusterMessage.Gap;
import io.gangway.cluster.ClusterMessage.Join;
import io.gangway.cluster.ClusterMessage.Leave;
import io.gangway.cluster.SessionStore.Recall;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every store of sessions does, among the nodes a and b. A backend's test extends this, says how to make a node, and
 * adds nothing of its own.
 */
public abstract class SessionStoreContract {
    /** Its hash is negative, which matters to backends that spread namespaces. */
    private static final String NAMESPACE = "/notifications";

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Missed.Limits PLENTY = new Missed.Limits(10_000, 1 << 20);
    private static final String PRIVATE_ID = "M21SpqxLCoPf3_FGAAAD";

    private Node a;
    private Node b;

    /** The cluster's next node. */
    protected abstract Cluster newNode() throws Exception;

    /** A node without an engine: it keeps what it is told, in that order, and the offsets of its own messages too. */
    private static final class Node implements Cluster.Inbound {
        final Cluster cluster;
        final Cluster.Channel channel;
        final SessionStore store;
        final List<String> offsets = Collections.synchronizedList(new ArrayList<>());
        final List<Boolean> links = Collections.synchronizedList(new ArrayList<>());
        /** The session of a client that is connected here. */
        private volatile @Nullable StoredSession connected;

        Node(Cluster cluster) {
            this.cluster = cluster;
            this.channel = cluster.open(NAMESPACE, this);
            this.store = channel.sessions().orElseThrow();
        }

        CompletionStage<String> publish(ClusterMessage message) {
            return channel.publish(message);
        }

        String say(String text) {
            return get(publish(event(text)));
        }

        ClusterMessage event(String text) {
            return event(Target.ALL, false, text);
        }

        ClusterMessage event(Target target, boolean lossy, Object... values) {
            return new Broadcast(
                    channel.nodeId(),
                    target,
                    new Plain(List.of(values)),
                    lossy,
                    ClusterMessage.NO_REQUEST,
                    Duration.ZERO);
        }

        @Override
        public void message(ClusterMessage message, String offset) {
            offsets.add(offset);
        }

        @Override
        public void published(ClusterMessage message, String offset) {
            assertEquals(channel.nodeId(), message.from());
            offsets.add(offset);
        }

        @Override
        public void linkChanged(boolean up) {
            links.add(up);
        }

        @Override
        public boolean hasRoom(String room) {
            return true;
        }

        @Override
        public Optional<String> holds(String privateId) {
            return Optional.ofNullable(connected)
                    .filter(here -> here.privateId().equals(privateId))
                    .map(StoredSession::id);
        }

        @Override
        public CompletionStage<Recall> recall(String privateId, Optional<String> user) {
            StoredSession here = connected;
            if (here == null || !here.privateId().equals(privateId)) {
                return CompletableFuture.completedStage(Recall.NOT_HERE);
            }
            if (user.isPresent() && !user.equals(here.user())) {
                return CompletableFuture.completedStage(Recall.OTHER_USER);
            }
            return store.save(here, LONG).thenApply(saved -> Recall.LET_GO);
        }
    }

    private record Plain(@Nullable Object value) implements Payload {
        @Override
        public boolean hasBinary() {
            return holdsBinary(value);
        }

        private static boolean holdsBinary(@Nullable Object value) {
            return value instanceof byte[]
                    || value instanceof List<?> list && list.stream().anyMatch(Plain::holdsBinary)
                    || value instanceof Map<?, ?> map && map.values().stream().anyMatch(Plain::holdsBinary);
        }

        @Override
        public String json() {
            return new Gson().toJson(value);
        }
    }

    @BeforeEach
    void join() throws Exception {
        a = new Node(newNode());
        b = new Node(newNode());
        for (Node node : List.of(a, b)) {
            Eventually.holds("the node is up", () -> node.links.contains(true));
            Eventually.equal(
                    2,
                    () -> node.channel
                            .nodeCount()
                            .toCompletableFuture()
                            .exceptionally(down -> -1)
                            .join());
        }
    }

    @AfterEach
    void leave() {
        a.cluster.close();
        b.cluster.close();
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static StoredSession session(String privateId, @Nullable Object data) {
        return new StoredSession(
                privateId,
                "socket-of-" + privateId.charAt(0),
                Set.of("socket-of-" + privateId.charAt(0), "room é", "42"),
                new Plain(data),
                Optional.of("ann"),
                Optional.empty(),
                Optional.empty());
    }

    // ---- sessions

    @Test
    void aSessionIsFoundOnEveryNodeAsItWasSaved() {
        String start = a.say("one");
        String left = a.say("other");
        Map<String, Object> data = Map.of(
                "name", "Ann", "tags", List.of("x", 7L), "bytes", new byte[] {0, -1}, "nested", Map.of("é", true));
        StoredSession saved = new StoredSession(
                PRIVATE_ID,
                "rR9jIFJRie6CIJHaAAAC",
                Set.of("rR9jIFJRie6CIJHaAAAC", "room é", ""),
                new Plain(data),
                Optional.of("ann"),
                Optional.of(start),
                Optional.of(left));
        get(a.store.save(saved, LONG));
        for (Node node : List.of(b, a, b)) { // finding it consumes nothing
            StoredSession found = get(node.store.find(PRIVATE_ID)).orElseThrow();
            assertEquals(saved.privateId(), found.privateId());
            assertEquals(saved.id(), found.id());
            assertEquals(saved.rooms(), found.rooms());
            assertEquals(saved.user(), found.user());
            assertEquals(saved.start(), found.start());
            assertEquals(saved.left(), found.left());
            Map<?, ?> kept = (Map<?, ?>) found.data().value();
            assertEquals(data.keySet(), kept.keySet());
            assertEquals(data.get("tags"), kept.get("tags"));
            assertEquals(data.get("nested"), kept.get("nested"));
            assertArrayEquals((byte[]) data.get("bytes"), (byte[]) kept.get("bytes"));
        }
    }

    @Test
    void whetherAUserHadSignedInIsKeptWhateverTheDataIs() {
        int number = 0;
        for (Object data : new Object[] {Map.of(), Map.of("user", "someone else"), List.of(1L), "text", 7L, null}) {
            for (Optional<String> user : List.of(Optional.of("ann"), Optional.of(""), Optional.<String>empty())) {
                String privateId = "session-" + number++;
                StoredSession session = new StoredSession(
                        privateId, "id", Set.of(), new Plain(data), user, Optional.empty(), Optional.empty());
                get(a.store.save(session, LONG));
                StoredSession found = get(b.store.find(privateId)).orElseThrow();
                assertEquals(user, found.user(), () -> "with the data " + data);
                assertEquals(data, found.data().value());
            }
        }
    }

    @Test
    void ofManyWhoClaimASessionOneGetsIt() {
        get(a.store.save(session(PRIVATE_ID, Map.of()), LONG));
        List<CompletableFuture<Boolean>> claims = IntStream.range(0, 20)
                .mapToObj(i -> i % 2 == 0 ? a : b)
                .map(node -> node.store
                        .find(PRIVATE_ID)
                        .thenCompose(found -> found.isPresent()
                                ? node.store.claim(found.get())
                                : CompletableFuture.completedStage(false))
                        .toCompletableFuture())
                .toList();
        assertEquals(1, claims.stream().filter(SessionStoreContract::get).count());
        assertTrue(get(a.store.find(PRIVATE_ID)).isEmpty());
    }

    @Test
    void aClaimOfWhatHasChangedConsumesNothing() {
        get(a.store.save(session(PRIVATE_ID, Map.of("visit", 1L)), LONG));
        StoredSession first = get(b.store.find(PRIVATE_ID)).orElseThrow();
        get(a.store.save(session(PRIVATE_ID, Map.of("visit", 2L)), LONG));
        assertFalse(get(b.store.claim(first)));
        StoredSession second = get(b.store.find(PRIVATE_ID)).orElseThrow();
        assertEquals(Map.of("visit", 2L), second.data().value());
        assertTrue(get(a.store.claim(second)));
        assertFalse(get(a.store.claim(second)));
    }

    @Test
    void aSessionIsGoneWhenItsTimeIsUp() {
        get(a.store.save(session("short", Map.of()), Duration.ofMillis(30)));
        get(a.store.save(session("long", Map.of()), LONG));
        Eventually.holds("it has gone", () -> get(b.store.find("short")).isEmpty());
        assertTrue(get(b.store.find("long")).isPresent());
    }

    @Test
    void whatIsNoPrivateIdFindsNothing() {
        for (String text : List.of("", "nobody", "*", "a b\r\nGET x", "{x}", "é", "x".repeat(100_000))) {
            assertTrue(get(a.store.find(text)).isEmpty(), text);
            assertTrue(get(a.store.holder(text)).isEmpty(), text);
            assertEquals(Recall.NOT_HERE, get(a.store.recall(text, Optional.empty())), text);
        }
    }

    @Test
    void aNodeThatHasASessionsClientIsFoundAndNoticesNothing() {
        a.connected = session(PRIVATE_ID, Map.of());
        for (int i = 0; i < 2; i++) {
            assertEquals(Optional.of(a.connected.id()), get(b.store.holder(PRIVATE_ID)));
            assertTrue(get(b.store.find(PRIVATE_ID)).isEmpty());
        }
        assertTrue(get(b.store.holder("another")).isEmpty());
        assertTrue(get(a.store.holder(PRIVATE_ID)).isEmpty()); // others are asked
    }

    @Test
    void aNodeLetsGoOfASessionForItsUserAlone() {
        a.connected = session(PRIVATE_ID, Map.of("name", "Ann"));
        for (String other : List.of("", "bob", "Ann", "é\"\\", "x".repeat(1_000))) {
            assertEquals(Recall.OTHER_USER, get(b.store.recall(PRIVATE_ID, Optional.of(other))), other);
        }
        assertTrue(get(b.store.find(PRIVATE_ID)).isEmpty());
        for (Optional<String> user : List.of(Optional.of("ann"), Optional.<String>empty())) {
            assertEquals(Recall.LET_GO, get(b.store.recall(PRIVATE_ID, user)));
            StoredSession recalled = get(b.store.find(PRIVATE_ID)).orElseThrow();
            assertEquals(Map.of("name", "Ann"), recalled.data().value());
            assertTrue(get(b.store.claim(recalled)));
        }
        assertEquals(Recall.NOT_HERE, get(b.store.recall("another", Optional.empty())));
    }

    // ---- the history

    private static List<String> offsets(Missed missed) {
        return missed.entries().stream().map(Missed.Entry::offset).toList();
    }

    @Test
    void theHistoryIsTheSameOnAllNodesWhoeverSentIt() {
        String before = a.say("before");
        Target room = new Target(Set.of("room"), Set.of("not me"));
        List<String> expected = List.of(
                get(a.publish(a.event(room, false, "text", Map.of("n", 7L)))),
                get(b.publish(b.event(Target.ALL, false, "bytes", new byte[] {1, 2}))),
                get(b.publish(new Join(b.channel.nodeId(), room, Set.of("another")))),
                get(a.publish(new Leave(a.channel.nodeId(), Target.ALL, Set.of("another")))),
                get(a.publish(new Disconnect(a.channel.nodeId(), room, true))),
                get(b.publish(new Gap(b.channel.nodeId()))));
        for (Node node : List.of(a, b)) {
            Missed missed = get(node.store.missed(before, PLENTY));
            assertTrue(missed.complete());
            assertEquals(expected, offsets(missed));
            List<ClusterMessage> messages =
                    missed.entries().stream().map(Missed.Entry::message).toList();
            Broadcast text = (Broadcast) messages.get(0);
            assertEquals(room, text.target());
            assertEquals(List.of("text", Map.of("n", 7L)), text.event().value());
            List<?> bytes = (List<?>) ((Broadcast) messages.get(1)).event().value();
            assertArrayEquals(new byte[] {1, 2}, (byte[]) bytes.get(1));
            assertEquals(Set.of("another"), ((Join) messages.get(2)).rooms());
            assertEquals(Set.of("another"), ((Leave) messages.get(3)).rooms());
            assertEquals(room, ((Disconnect) messages.get(4)).target());
            assertEquals(new Gap(b.channel.nodeId()), messages.get(5));
            assertEquals(expected.subList(2, 6), offsets(get(node.store.missed(expected.get(1), PLENTY))));
            Eventually.equal(
                    expected, () -> List.copyOf(node.offsets).stream().skip(1).toList());
        }
    }

    @Test
    void lossyMessagesAreNotMissed() {
        String before = a.say("before");
        get(a.publish(a.event(Target.ALL, true, "gone")));
        String kept = a.say("kept");
        assertEquals(List.of(kept), offsets(get(b.store.missed(before, PLENTY))));
    }

    @Test
    void aNodeLearnsOfItsOwnMessagesAtTheirPlaceAmongTheOthers() {
        int each = 300;
        Queue<CompletableFuture<String>> sent = new ConcurrentLinkedQueue<>();
        CompletableFuture<?>[] senders = Stream.of(a, b, a)
                .map(node -> CompletableFuture.runAsync(() -> IntStream.range(0, each)
                        .forEach(i -> sent.add(
                                node.publish(node.event("message " + i)).toCompletableFuture()))))
                .toArray(CompletableFuture<?>[]::new);
        get(CompletableFuture.allOf(senders));
        sent.forEach(SessionStoreContract::get);
        Eventually.holds(
                "both have learned of all", () -> a.offsets.size() == 3 * each && b.offsets.size() == 3 * each);
        List<String> inOrder = sent.stream()
                .map(SessionStoreContract::get)
                .sorted(a.store::compare)
                .toList();
        assertEquals(3 * each, Set.copyOf(inOrder).size());
        assertEquals(inOrder, List.copyOf(a.offsets));
        assertEquals(inOrder, List.copyOf(b.offsets));
        Eventually.equal(inOrder.get(3 * each - 1), a.store::latestOffset);
        assertEquals(inOrder.subList(1, 3 * each), offsets(get(b.store.missed(inOrder.get(0), PLENTY))));
    }

    @Test
    void aSessionThatBeganBeforeAllMessagesHasMissedAllOfThem() {
        Eventually.holds(
                "there is a place to begin",
                () -> get(a.store.missed(a.store.latestOffset(), PLENTY)).complete());
        String start = a.store.latestOffset();
        assertTrue(a.store.isOffset(start));
        String first = b.say("first");
        String second = a.say("second");
        Missed missed = get(a.store.missed(start, PLENTY));
        assertTrue(missed.complete());
        assertEquals(List.of(first, second), offsets(missed));
    }

    @Test
    void nothingIsMissedAfterTheLatest() {
        a.say("before");
        String latest = b.say("latest");
        assertEquals(new Missed(true, List.of()), get(a.store.missed(latest, PLENTY)));
    }

    @Test
    void whatIsMoreThanTheLimitsIsNotComplete() {
        String before = a.say("before");
        IntStream.range(0, 5).forEach(i -> a.say("x".repeat(1_000)));
        assertTrue(get(b.store.missed(before, new Missed.Limits(5, 10_000))).complete());
        assertEquals(Missed.INCOMPLETE, get(b.store.missed(before, new Missed.Limits(4, 10_000))));
        assertEquals(Missed.INCOMPLETE, get(b.store.missed(before, new Missed.Limits(5, 4_000))));
    }

    @Test
    void anOffsetOfAnotherHistoryHasNoMissedMessages() {
        String real = a.say("before");
        for (String text : List.of("", "-", "1", "AAAAAAA", real + "0", real + "x", "-" + real, " " + real)) {
            if (!a.store.isOffset(text)) {
                assertEquals(Missed.INCOMPLETE, get(a.store.missed(text, PLENTY)), text);
            }
        }
        assertFalse(a.store.isOffset("garbage"));
        assertTrue(a.store.isOffset(real));
    }

    @Test
    void offsetsAreComparedByTheirPlaces() {
        List<String> offsets =
                IntStream.range(0, 12).mapToObj(i -> a.say("message")).collect(Collectors.toList());
        List<String> shuffled = new ArrayList<>(offsets);
        Collections.shuffle(shuffled, new java.util.Random(7));
        shuffled.sort(b.store::compare);
        assertEquals(offsets, shuffled);
        assertEquals(0, a.store.compare(offsets.get(3), offsets.get(3)));
    }
}
