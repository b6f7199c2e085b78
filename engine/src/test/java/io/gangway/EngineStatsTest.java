package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.PlainClient;
import io.gangway.clients.PollingClient;
import io.gangway.clients.RawClient;
import io.gangway.clients.WireClient;
import io.gangway.cluster.LocalCluster;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an engine counts is what clients did. */
class EngineStatsTest {
    /** For what comes to be told from what does not: longer than a busy machine may stand still. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final List<RefusedHandshake> refused = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Ack> never = new CompletableFuture<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private Engine engine;

    @AfterEach
    void close() {
        go.countDown();
        engine.close();
    }

    private void start(EngineBuilder builder) {
        engine = builder.port(0)
                .namespace(
                        "/",
                        root -> root.on("echo", (socket, arguments) -> Ack.of(arguments))
                                .on(
                                        "late",
                                        (socket, arguments) -> Ack.later(CompletableFuture.supplyAsync(() -> "late")))
                                .on("never", (socket, arguments) -> Ack.later(never))
                                .on("refuse", (socket, arguments) -> Ack.failed(new EngineException("no")))
                                .on("number", Integer.class, (socket, number) -> Ack.of(number))
                                .on("fail", (socket, arguments) -> {
                                    throw new IllegalStateException("on purpose");
                                }))
                .start();
    }

    private EngineStats.NamespaceStats namespace(String label) {
        return engine.stats().namespaces().stream()
                .filter(namespace -> namespace.label().equals(label))
                .findFirst()
                .orElseThrow();
    }

    /** The events that were counted at all, such as {@code echo SUCCESS=2}. */
    private String events(String label) {
        return namespace(label).events().entrySet().stream()
                .flatMap(event -> event.getValue().entrySet().stream()
                        .filter(outcome -> outcome.getValue().count() > 0)
                        .map(outcome -> event.getKey() + " " + outcome.getKey() + "="
                                + outcome.getValue().count()))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static <K> Map<K, Long> counted(Map<K, Long> counts) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Test
    void connectionsAreCountedByTransport() {
        start(Engine.builder().plainWebSocket("/ws", "/"));
        try (WireClient webSocket = WireClient.join(engine.port());
                PlainClient plain = PlainClient.join(engine.port(), "/ws")) {
            PollingClient polling = PollingClient.join(engine.port());
            assertEquals(Map.of("websocket", 2L, "polling", 1L), engine.stats().connections());
            WireClient upgraded = WireClient.connect(engine.port(), polling.path("websocket"));
            upgraded.send("2probe")
                    .expect("3probe")
                    .send("5")
                    .send("420[\"echo\"]")
                    .expect("430[]");
            assertEquals(Map.of("websocket", 3L, "polling", 0L), engine.stats().connections());
            assertEquals(new EngineStats.Upgrades(1, 0, 0), engine.stats().upgrades());
            assertEquals(
                    Map.of(HandshakeOutcome.ACCEPTED, 3L),
                    counted(engine.stats().handshakes()));
            assertEquals(3, namespace("/").sockets());
            upgraded.close();
        }
        Eventually.equal(
                Map.of("websocket", 0L, "polling", 0L), () -> engine.stats().connections());
        Eventually.equal(
                Map.of(DisconnectReason.TRANSPORT_CLOSE, 3L),
                () -> counted(engine.stats().disconnects()));
        Eventually.equal( // counted last of all, when the connection is not there any more
                Map.of(DisconnectReason.TRANSPORT_CLOSE, 3L),
                () -> counted(engine.stats().closes()));
    }

    @Test
    void anUpgradeThatComesToNothingIsCounted() {
        start(Engine.builder().limits(limits -> limits.upgradeTimeout(Duration.ofMinutes(1))));
        WireClient wrong = WireClient.connect(
                engine.port(), PollingClient.join(engine.port()).path("websocket"));
        wrong.send("4something");
        Eventually.equal(new EngineStats.Upgrades(0, 0, 1), () -> engine.stats().upgrades());
        engine.close();

        start(Engine.builder().limits(limits -> limits.upgradeTimeout(Duration.ofMillis(50))));
        PollingClient polling = PollingClient.join(engine.port());
        WireClient silent = WireClient.connect(engine.port(), polling.path("websocket"));
        Eventually.equal(new EngineStats.Upgrades(0, 1, 0), () -> engine.stats().upgrades());
        silent.close();
        polling.post("41");
        Eventually.equal(
                Map.of(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT, 1L),
                () -> counted(engine.stats().disconnects()));
    }

    @Test
    void eventsAreCountedByNameAndOutcome() {
        start(Engine.builder().ackTimeout(PATIENCE));
        try (WireClient client = WireClient.join(engine.port())) {
            client.send("420[\"echo\",1]").expect("430[1]");
            client.send("421[\"late\"]").expect("431[\"late\"]");
            client.send("422[\"refuse\"]").expect("432[{\"status\":\"error\",\"message\":\"no\"}]");
            client.send("423[\"number\",\"x\"]");
            assertTrue(client.next().startsWith("433[{\"status\":\"error\""));
            client.send("424[\"fail\"]").expectMasked("434[", "]");
            client.send("425[\"never\"]").expect("435[{\"status\":\"error\",\"message\":\"Timed out\"}]");
            client.send("42[\"unknown " + System.nanoTime() + "\"]")
                    .send("42[\"echo\"]")
                    .send("426[\"echo\"]")
                    .expect("436[]");
            assertEquals(
                    "echo SUCCESS=3, fail FAILURE=1, late SUCCESS=1, never TIMEOUT=1, number REFUSED=1,"
                            + " other SUCCESS=1, refuse REFUSED=1",
                    events("/"));
            never.complete(Ack.empty());
            assertTrue(events("/").contains("never TIMEOUT=1,"), "an event is counted once");
        }
        Duration waited =
                namespace("/").events().get("never").get(EventOutcome.TIMEOUT).total();
        assertTrue(waited.compareTo(PATIENCE) >= 0, "" + waited);
        assertEquals(10, engine.stats().inbound().messages(), "one CONNECT and nine events");
    }

    @Test
    void acksOfClientsAreCountedByOutcome() {
        start(Engine.builder());
        Namespace root = engine.namespace("/");
        try (WireClient one = WireClient.join(engine.port());
                WireClient other = WireClient.join(engine.port())) {
            CompletableFuture<Replies> replies = root.timeout(PATIENCE).emitWithAck("ask");
            one.expect("420[\"ask\"]").send("430[1]");
            other.expect("420[\"ask\"]");
            assertEquals(1, replies.join().received().size());
            Socket socket = root.sockets().iterator().next();
            CompletableFuture<Arguments> cancelled = socket.emitWithAck("ask");
            assertTrue(cancelled.cancel(false));
            CompletableFuture<Arguments> left = socket.emitWithAck("ask");
            socket.disconnect();
            left.exceptionally(failure -> null).join();
        }
        Eventually.equal( // the application's continuation may run before the engine's, which counts
                Map.of(
                        AckOutcome.SUCCESS, 1L,
                        AckOutcome.TIMEOUT, 1L,
                        AckOutcome.CANCELLED, 1L,
                        AckOutcome.DISCONNECTED, 1L),
                () -> namespace("/").acks().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().count())));
    }

    @Test
    void messagesSentAndReceivedAreCounted() {
        start(Engine.builder());
        try (WireClient one = WireClient.join(engine.port())) {
            PollingClient other = PollingClient.join(engine.port());
            EngineStats before = engine.stats();
            engine.namespace("/").emit("tick", 1);
            one.expect("42[\"tick\",1]");
            assertEquals("42[\"tick\",1]", other.poll());
            EngineStats.Outbound after = engine.stats().outbound();
            assertEquals(2, after.messages() - before.outbound().messages());
            assertEquals(2, after.writes() - before.outbound().writes());
            int length = "42[\"tick\",1]".length();
            assertEquals(
                    2 + 2 * length,
                    after.bytes() - before.outbound().bytes(),
                    "the header of a frame, and twice the text");
            other.post("420[\"echo\"]");
            one.send("420[\"echo\",\"ä\"]").expect("430[\"ä\"]");
            assertEquals("430[]", other.poll());
            EngineStats.Inbound received = engine.stats().inbound();
            assertEquals(2, received.messages() - before.inbound().messages());
            assertEquals(
                    "420[\"echo\"]".length() + "420[\"echo\",\"..\"]".length(),
                    received.bytes() - before.inbound().bytes());
            other.leave();
        }
    }

    @Test
    void aDynamicNamespaceIsCountedUnderItsRule() {
        start(Engine.builder()
                .namespaces(
                        Pattern.compile("/room-\\d+"),
                        room -> room.on("hi", (socket, arguments) -> Ack.empty())
                                .onConnect(socket -> socket.join("inside"))));
        try (WireClient client = WireClient.open(engine.port())) {
            for (int i = 0; i < 5; i++) {
                client.joinNamespace("/room-" + i);
                client.send("42/room-" + i + ",0[\"hi\"]").expect("43/room-" + i + ",0[]");
            }
            EngineStats.NamespaceStats rooms = namespace("/room-\\d+");
            assertTrue(rooms.isDynamic());
            assertEquals(
                    "5 namespaces, 5 sockets, 5 rooms",
                    rooms.namespaces() + " namespaces, " + rooms.sockets() + " sockets, " + rooms.rooms() + " rooms");
            assertEquals("hi SUCCESS=5", events("/room-\\d+"));
        }
        Eventually.equal(0, () -> namespace("/room-\\d+").namespaces());
        assertEquals("hi SUCCESS=5", events("/room-\\d+"), "what was counted stays");
        assertEquals(2, engine.stats().namespaces().size());
    }

    @Test
    void refusedHandshakesAreCountedAndTold() {
        start(Engine.builder()
                .admission(
                        handshake -> handshake.query().containsKey("bad") ? Admission.refuse(429) : Admission.accept())
                .onRefused(refused::add)
                .onRefused(refusal -> {
                    throw new IllegalStateException("on purpose: others are told, and the client is answered");
                }));
        try (RawClient http = RawClient.connect(engine.port())) {
            assertEquals(
                    429, http.get(RawClient.POLLING + "&bad=1&token=secret").status());
            assertEquals(
                    403,
                    http.get(RawClient.POLLING, "Origin: https://evil.example").status());
            assertEquals(400, http.get("/socket.io/?EIO=3&transport=polling").status());
            assertEquals(400, http.get("/socket.io/?EIO=4&transport=telepathy").status());
            assertEquals(400, http.get("/socket.io/?EIO=%zz").status());
            assertEquals(
                    400,
                    http.get(RawClient.POLLING + "&sid=AAAAAAAAAAAAAAAAAAAA").status());
            PollingClient polling = PollingClient.open(engine.port());
            engine.drain(Duration.ZERO);
            assertEquals(503, http.get(RawClient.POLLING).status());
            assertFalse(polling.sid().isEmpty());
        }
        assertEquals(
                Map.of(
                        HandshakeOutcome.ACCEPTED, 1L,
                        HandshakeOutcome.ADMISSION, 1L,
                        HandshakeOutcome.ORIGIN, 1L,
                        HandshakeOutcome.MALFORMED, 3L,
                        HandshakeOutcome.UNKNOWN_SESSION, 1L,
                        HandshakeOutcome.DRAINING, 1L),
                counted(engine.stats().handshakes()));
        assertEquals(
                List.of(
                        "ADMISSION 429 4",
                        "ORIGIN 403 4",
                        "MALFORMED 400 5",
                        "MALFORMED 400 0",
                        "MALFORMED 400 3",
                        "UNKNOWN_SESSION 400 1",
                        "DRAINING 503 4"),
                refused.stream()
                        .map(refusal -> refusal.outcome() + " " + refusal.status() + " " + refusal.code())
                        .toList());
        RefusedHandshake origin = refused.get(1);
        assertEquals("https://evil.example", origin.handshake().header("origin").orElseThrow());
        assertTrue(
                origin.handshake().address().matches("127.0.0.1|::1"),
                origin.handshake().address());
        assertFalse(refused.toString().contains("secret"), refused.toString());
    }

    @Test
    void theStateOfTheClusterBelongsToIt() {
        start(Engine.builder().cluster(LocalCluster.create().node()));
        assertTrue(engine.stats().cluster().orElseThrow().isUp());
        engine.close();
        start(Engine.builder());
        assertTrue(engine.stats().cluster().isEmpty());
    }

    @Test
    void threadsThatRunHandlersAreCounted() {
        engine = Engine.builder()
                .port(0)
                .handlerThreads(2)
                .namespace("/")
                .on("wait", (socket, arguments) -> {
                    go.await();
                    return Ack.empty();
                })
                .start();
        try (WireClient one = WireClient.join(engine.port());
                WireClient two = WireClient.join(engine.port());
                WireClient three = WireClient.join(engine.port())) {
            List.of(one, two, three).forEach(client -> client.send("420[\"wait\"]"));
            Eventually.holds("two wait in the pool, one elsewhere", () -> {
                EngineStats.Handlers handlers = engine.stats().handlers();
                return handlers.active() == 2 && handlers.activeVirtual() + handlers.queued() == 1;
            });
            go.countDown();
            List.of(one, two, three).forEach(client -> client.expect("430[]"));
            Eventually.equal(
                    new EngineStats.Handlers(0, 0, 0), () -> engine.stats().handlers());
        }
    }
}
