package io.gangway.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Arguments;
import io.gangway.ClientKind;
import io.gangway.Engine;
import io.gangway.EngineException;
import io.gangway.Replies;
import io.gangway.Socket;
import io.gangway.testing.Eventually;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stock clients of JSON and of MessagePack, and plain WebSockets in one room: nobody can tell who is of which kind. */
class KindsOfClientsTest {
    private static final byte[] BYTES = {1, 2, -3};

    private static NodeClients javaScript;
    private static OkHttpClients java;

    private Engine engine;
    private List<RealClient> clients;

    record Photo(String name, byte[] data, @Nullable Instant taken, Map<String, Integer> tags) {}

    @BeforeAll
    static void startClients() {
        javaScript = new NodeClients();
        java = new OkHttpClients();
    }

    @AfterAll
    static void endClients() {
        javaScript.close();
    }

    @BeforeEach
    void enter() {
        engine = Engine.builder()
                .port(0)
                .plainWebSocket("/ws", "/")
                .namespace("/")
                .onConnect(socket -> socket.join("room"))
                .on("relay", (socket, arguments) -> {
                    socket.to("room").emit("relayed", arguments);
                    return Ack.of(arguments);
                })
                .on("photo", Photo.class, (socket, photo) -> {
                    socket.to("room").emit("photo", photo);
                    return Ack.of(photo.tags().size());
                })
                .on("fail", (socket, arguments) -> {
                    throw new EngineException("No", Map.of("why", arguments.values()));
                })
                .start();
        Stream<RealClient> socketIo = Stream.of(RealClient.Via.POLLING, RealClient.Via.WEBSOCKET)
                .map(RealClient.Introduction::via)
                .flatMap(introduction -> Stream.of(
                        javaScript.open(engine.port(), introduction),
                        javaScript.open(
                                "http://localhost:" + engine.port(), introduction, MessagePackClientTest.PARSER),
                        java.open(engine.port(), introduction)));
        Stream<RealClient> plain = Stream.of("ws", "browser")
                .filter(javaScript::hasPlain)
                .map(implementation -> javaScript.openPlain(engine.port(), "/ws", implementation));
        clients = Stream.concat(socketIo, plain)
                .map(client -> client.expect("connect"))
                .toList();
        Eventually.holds(
                "the connect handlers are done",
                () -> engine.namespace("/").sockets().stream()
                        .allMatch(socket -> socket.rooms().contains("room")));
    }

    @AfterEach
    void leave() {
        engine.close();
        javaScript.forget();
        java.forget();
    }

    private void expectByOthers(RealClient speaker, String event, @Nullable Object... arguments) {
        clients.stream().filter(client -> client != speaker).forEach(client -> client.expect(event, arguments));
    }

    @Test
    void eachHearsEachAndIsAnswered() {
        Object[][] events = {
            {},
            {"gr\u00fcn \uD83D\uDE00", 1L, -1.5, true, null, 9_007_199_254_740_991L},
            {Map.of("deep", List.of(BYTES, Map.of("n", 1L)), "empty", List.of()), BYTES},
            {Map.of("_placeholder", true, "num", 0L)},
        };
        for (RealClient speaker : clients) {
            for (Object[] event : events) {
                assertEquals(RealClient.shown(Arrays.asList(event)), RealClient.answer(speaker.call("relay", event)));
                expectByOthers(speaker, "relayed", event);
            }
        }
    }

    @Test
    void handlersBindTheSameTypes() {
        Map<String, Object> photo =
                Map.of("name", "cat", "data", BYTES, "taken", "2026-01-02T03:04:05Z", "tags", Map.of("a", 1L, "b", 2L));
        for (RealClient speaker : clients) {
            assertEquals(List.of(2L), RealClient.answer(speaker.call("photo", photo)));
            expectByOthers(speaker, "photo", photo);
        }
        Map<String, Object> wrong = Map.of("name", "cat", "data", BYTES, "tags", Map.of("a", "one"));
        Set<Object> told = new HashSet<>();
        for (RealClient speaker : clients) {
            told.add(RealClient.answer(speaker.call("photo", wrong)));
        }
        assertEquals(1, told.size(), told::toString);
        assertTrue(told.toString().contains("tags"), told::toString);
    }

    @Test
    void failuresAreToldAlike() {
        for (RealClient speaker : clients) {
            Map<String, Object> told = Map.of("status", "error", "message", "No", "data", Map.of("why", List.of(7L)));
            assertEquals(List.of(told), RealClient.answer(speaker.call("fail", 7)));
            speaker.emit("fail", 7);
            speaker.expect("exception", told);
        }
    }

    @Test
    void aBroadcastReachesAllAndAllAnswer() throws Exception {
        Replies replies =
                engine.namespace("/").to("room").emitWithAck("sum", 3, BYTES).get(20, TimeUnit.SECONDS);
        assertTrue(replies.isComplete());
        assertEquals(clients.size(), replies.received().size());
        for (Arguments answer : replies.received()) {
            assertEquals(RealClient.shown(List.of(3L, BYTES)), RealClient.shown(answer.values()));
            assertEquals(3, answer.get(0, int.class));
        }
        clients.forEach(client -> client.expect("sum", 3, BYTES));
    }

    @Test
    void theHandshakeTellsPlainWebSockets() {
        assertEquals(
                Stream.of("ws", "browser").filter(javaScript::hasPlain).count(),
                engine.namespace("/").sockets().stream()
                        .filter(socket -> socket.handshake().client() == ClientKind.PLAIN)
                        .count());
    }

    @Test
    void aSocketKnowsNoKind() throws Exception {
        for (Socket socket : engine.namespace("/").sockets()) {
            Arguments answer = socket.emitWithAck("question", BYTES, 1.5).get(20, TimeUnit.SECONDS);
            assertEquals(RealClient.shown(List.of(BYTES, 1.5)), RealClient.shown(answer.values()));
        }
        assertEquals(
                clients.size(),
                engine.namespace("/").fetchSockets().get(20, TimeUnit.SECONDS).size());
    }
}
