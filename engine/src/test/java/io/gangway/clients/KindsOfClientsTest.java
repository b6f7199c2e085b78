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
import io.gangway.cluster.LocalCluster;
import io.gangway.testing.Eventually;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Stock clients of JSON and of MessagePack, and plain WebSockets in one room, of one node or of several: nobody can tell
 * who is of which kind. */
@ParameterizedClass(name = "nodes: {0}")
@ValueSource(ints = {1, 2})
class KindsOfClientsTest {
    private static final byte[] BYTES = {1, 2, -3};

    private static NodeClients javaScript;
    private static OkHttpClients java;

    @Parameter
    int nodes;

    private final List<Engine> engines = new ArrayList<>();
    private final List<RealClient> clients = new ArrayList<>();

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
        LocalCluster cluster = LocalCluster.create();
        for (int i = 0; i < nodes; i++) {
            engines.add(start(cluster));
        }
        for (RealClient.Via via : List.of(RealClient.Via.POLLING, RealClient.Via.WEBSOCKET)) {
            RealClient.Introduction introduction = RealClient.Introduction.via(via);
            clients.add(javaScript.open(port(), introduction));
            clients.add(javaScript.open("http://localhost:" + port(), introduction, MessagePackClientTest.PARSER));
            clients.add(java.open(port(), introduction));
        }
        for (String implementation : plain()) {
            clients.add(javaScript.openPlain(port(), "/ws", implementation));
        }
        clients.forEach(client -> client.expect("connect"));
        Eventually.holds(
                "the connect handlers are done",
                () -> sockets().stream().allMatch(socket -> socket.rooms().contains("room")));
    }

    /** Of each node in turn, so that each has clients of each kind. */
    private int port() {
        return engines.get(clients.size() % nodes).port();
    }

    private static List<String> plain() {
        return javaScript.hasPlain("browser") ? List.of("ws", "browser", "ws") : List.of("ws", "ws");
    }

    private List<Socket> sockets() {
        return engines.stream()
                .flatMap(engine -> engine.namespace("/").sockets().stream())
                .toList();
    }

    private static Engine start(LocalCluster cluster) {
        return Engine.builder()
                .port(0)
                .cluster(cluster.node())
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
    }

    @AfterEach
    void leave() {
        javaScript.forget();
        java.forget(); // else its WebSockets let the engines wait a second for their Close frames
        engines.forEach(Engine::close);
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
        for (Object value : List.of(3L, Map.of("bytes", List.of(BYTES)))) {
            Replies replies = engines.get(0)
                    .namespace("/")
                    .to("room")
                    .emitWithAck("sum", value)
                    .get(20, TimeUnit.SECONDS);
            assertTrue(replies.isComplete());
            assertEquals(clients.size(), replies.received().size());
            for (Arguments answer : replies.received()) {
                assertEquals(RealClient.shown(List.of(value)), RealClient.shown(answer.values()));
            }
            clients.forEach(client -> client.expect("sum", value));
        }
    }

    @Test
    void theHandshakeTellsPlainWebSockets() {
        assertEquals(
                plain().size(),
                sockets().stream()
                        .filter(socket -> socket.handshake().client() == ClientKind.PLAIN)
                        .count());
    }

    @Test
    void aSocketKnowsNoKind() throws Exception {
        for (Socket socket : sockets()) {
            Arguments answer = socket.emitWithAck("question", BYTES, 1.5).get(20, TimeUnit.SECONDS);
            assertEquals(RealClient.shown(List.of(BYTES, 1.5)), RealClient.shown(answer.values()));
        }
        for (Engine engine : engines) {
            assertEquals(
                    clients.size(),
                    engine.namespace("/")
                            .fetchSockets()
                            .get(20, TimeUnit.SECONDS)
                            .size());
        }
    }
}
