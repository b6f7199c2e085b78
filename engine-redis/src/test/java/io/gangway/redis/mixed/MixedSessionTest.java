package io.gangway.redis.mixed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.WireClient;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.Missed;
import io.gangway.cluster.Payload;
import io.gangway.cluster.SessionStore;
import io.gangway.cluster.SessionStore.Recall;
import io.gangway.cluster.StoredSession;
import io.gangway.cluster.Target;
import io.gangway.redis.Node;
import io.gangway.redis.TestRedis;
import io.gangway.redis.wire.TextPayload;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A session that a Node.js server has saved is restored here, and one that is saved here on a Node.js server. */
@ExtendWith(SharedProcesses.class)
@Timeout(60)
class MixedSessionTest {
    private static final String NAMESPACE = "/admin";
    private static final Missed.Limits PLENTY = new Missed.Limits(1_000, 1 << 20);
    private static final Pattern CONNECTED =
            Pattern.compile("40/admin,\\{\"sid\":\"([\\w-]+)\",\"pid\":\"([\\w-]+)\"}");
    /** The last argument of an event is its offset. */
    private static final Pattern OFFSET = Pattern.compile("^(.*),\"(\\d+-\\d+)\"]$");

    private final TestRedis redis = TestRedis.start();
    private NodePeer server;
    private Node node;
    private SessionStore sessions;

    @BeforeEach
    void start() {
        server = SharedProcesses.node()
                .start(
                        "recovering",
                        AdapterMode.STREAMS,
                        redis.url(),
                        "",
                        Map.of("connectionStateRecovery", Map.of("maxDisconnectionDuration", 60_000)));
        node = new Node(AdapterMode.STREAMS.connect(redis.url()), NAMESPACE);
        sessions = node.channel.sessions().orElseThrow();
        node.awaitUp();
        Eventually.equal(2, () -> server.serverCount(NAMESPACE));
        Eventually.holds("the Node.js server reads the stream, and this node too", () -> {
            server.emit(Scope.of(NAMESPACE), "audible");
            return !node.received.isEmpty();
        });
        server.emit(Scope.of(NAMESPACE), "quiet");
        Eventually.holds(
                "the last of these has come",
                () -> node.received.stream()
                        .anyMatch(
                                message -> ((Broadcast) message).event().json().equals("[\"quiet\"]")));
        node.received.clear();
    }

    @AfterEach
    void stop() {
        node.close();
        server.close();
        redis.close();
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private WireClient connect(String auth) {
        WireClient client = WireClient.open(server.port());
        client.send("40/admin," + auth);
        return client;
    }

    /** The one socket of the Node.js server. */
    private Peer.Fetched onServer() {
        return server.fetchSockets(Scope.of(NAMESPACE).with(Scope.Flag.LOCAL)).get(0);
    }

    private static Matcher expect(Pattern pattern, String packet) {
        Matcher matcher = pattern.matcher(packet);
        assertTrue(matcher.matches(), packet);
        return matcher;
    }

    private Broadcast event(Target target, Payload event) {
        return new Broadcast(node.channel.nodeId(), target, event, false, ClusterMessage.NO_REQUEST, Duration.ZERO);
    }

    /** Waits until the server has noticed that the client is gone, and has saved its session. */
    private StoredSession awaitSaved(String privateId) {
        Eventually.holds(
                "the session is saved", () -> get(sessions.find(privateId)).isPresent());
        return get(sessions.find(privateId)).orElseThrow();
    }

    @Test
    void theSessionOfANodeServerIsRestoredHereAndThenNotThere() {
        String id;
        String privateId;
        String offset;
        try (WireClient client = connect("{\"rooms\":\"[\\\"red\\\",7]\"}")) {
            Matcher connected = expect(CONNECTED, client.next());
            id = connected.group(1);
            privateId = connected.group(2);
            server.share(NAMESPACE, id, Map.of("name", "Ann", "bytes", new byte[] {1, -1}));
            Eventually.holds("it has joined", () -> onServer().rooms().size() == 3);
            server.emit(Scope.of(NAMESPACE), "seen");
            offset = expect(OFFSET, client.next()).group(2);
            client.abort();
        }
        StoredSession session = awaitSaved(privateId);
        assertEquals(id, session.id());
        assertEquals(Set.of(id, "red", "7"), session.rooms());
        Map<?, ?> data = (Map<?, ?>) session.data().value();
        assertEquals("Ann", data.get("name"));
        assertArrayEquals(new byte[] {1, -1}, (byte[]) data.get("bytes"));

        server.emit(Scope.of(NAMESPACE).to("red"), "missed", 1L);
        Eventually.holds(
                "it is in the stream, which the Node.js server does not wait for",
                () -> get(sessions.missed(offset, PLENTY)).entries().size() == 1);
        String own = get(node.channel.publish(event(Target.ALL, TextPayload.unchecked("[\"missed\",2]"))));
        server.emit(Scope.of(NAMESPACE), "missed", new byte[] {3, -3});
        server.socketsJoin(Scope.of(NAMESPACE).to("red"), "blue");
        Eventually.holds(
                "all is in the stream",
                () -> get(sessions.missed(offset, PLENTY)).entries().size() == 4);
        Missed missed = get(sessions.missed(offset, PLENTY));
        assertTrue(missed.complete());
        Broadcast first = (Broadcast) missed.entries().get(0).message();
        assertEquals(Set.of("red"), first.target().rooms());
        assertEquals(List.of("missed", 1L), first.event().value());
        assertEquals(own, missed.entries().get(1).offset());
        List<?> binary = (List<?>)
                ((Broadcast) missed.entries().get(2).message()).event().value();
        assertArrayEquals(new byte[] {3, -3}, (byte[]) binary.get(1));
        assertEquals(
                Set.of("blue"), ((ClusterMessage.Join) missed.entries().get(3).message()).rooms());

        assertTrue(get(sessions.claim(session)));
        try (WireClient again = connect("{\"pid\":\"" + privateId + "\",\"offset\":\"" + offset + "\"}")) {
            assertNotEquals(id, expect(CONNECTED, again.next()).group(1));
        }
    }

    @Test
    void theSessionSavedHereIsRestoredByANodeServerAndThenNotHere() {
        String offset = get(node.channel.publish(event(Target.ALL, TextPayload.unchecked("[\"seen\"]"))));
        StoredSession session = new StoredSession(
                "M21SpqxLCoPf3_FGAAAD",
                "rR9jIFJRie6CIJHaAAAC",
                Set.of("rR9jIFJRie6CIJHaAAAC", "red"),
                TextPayload.unchecked("{\"name\":\"Ann\"}"),
                Optional.of("ann"),
                Optional.of(offset),
                Optional.of(offset));
        get(sessions.save(session, Duration.ofMinutes(1)));
        StoredSession found = get(sessions.find(session.privateId())).orElseThrow();
        Target red = new Target(Set.of("red"), Set.of());
        String first = get(node.channel.publish(event(red, TextPayload.unchecked("[\"missed\",1]"))));
        get(node.channel.publish(event(new Target(Set.of("blue"), Set.of()), TextPayload.unchecked("[\"not\"]"))));
        String last = get(node.channel.publish(event(Target.ALL, TextPayload.unchecked("[\"missed\",2]"))));
        try (WireClient client = connect("{\"pid\":\"" + session.privateId() + "\",\"offset\":\"" + offset + "\"}")) {
            // What was missed comes before the answer.
            assertEquals("42/admin,[\"missed\",1,\"" + first + "\"]", client.next());
            assertEquals("42/admin,[\"missed\",2,\"" + last + "\"]", client.next());
            Matcher connected = expect(CONNECTED, client.next());
            assertEquals(session.id(), connected.group(1));
            assertEquals(session.privateId(), connected.group(2));
            Peer.Fetched restored = onServer();
            assertEquals(session.rooms(), restored.rooms());
            assertEquals("Ann", ((Map<?, ?>) restored.data()).get("name"));
            // Events that are sent here arrive there, and their marks disturb nobody.
            String live = get(node.channel.publish(event(red, TextPayload.unchecked("[\"live\"]"))));
            assertEquals("42/admin,[\"live\",\"" + live + "\"]", client.next());
            assertFalse(get(sessions.claim(found)));
            client.abort();
        }
        // It comes back as a Node.js server writes it, and still belongs to the same user.
        StoredSession again = awaitSaved(session.privateId());
        assertEquals(Optional.of("ann"), again.user());
        assertEquals(Map.of("name", "Ann"), again.data().value());
        assertEquals(Optional.empty(), again.left());
    }

    @Test
    void whatOnlyJavaNodesSayDisturbsNoNodeServer() {
        assertTrue(get(sessions.holder("M21SpqxLCoPf3_FGAAAD")).isEmpty()); // without its answer
        assertEquals(Recall.NOT_HERE, get(sessions.recall("M21SpqxLCoPf3_FGAAAD", Optional.of("ann"))));
        String before = sessions.latestOffset();
        ClusterMessage gap = new ClusterMessage.Gap(node.channel.nodeId());
        String offset = get(node.channel.publish(gap));
        assertEquals(
                List.of(new Missed.Entry(offset, gap)),
                get(sessions.missed(before, new Missed.Limits(9, 999))).entries());
        server.emit(Scope.of(NAMESPACE), "still there");
        assertTrue(node.next() instanceof Broadcast);
        try (WireClient client = connect("{}")) {
            expect(CONNECTED, client.next());
            get(node.channel.publish(event(Target.ALL, TextPayload.unchecked("[\"hears\"]"))));
            assertTrue(client.next().startsWith("42/admin,[\"hears\""));
        }
    }
}
