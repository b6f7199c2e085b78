package io.gangway.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.Holdings;
import io.gangway.Socket;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The official JavaScript client, under Node; and its options that applications use. */
@ParameterizedClass
@EnumSource(RealClient.Via.class)
class JavaScriptClientTest extends RealClientContract {
    private static NodeClients clients;

    @BeforeAll
    static void startNode() {
        clients = new NodeClients();
    }

    @AfterAll
    static void endNode() {
        clients.close();
    }

    @AfterEach
    void forget() {
        clients.forget();
    }

    @Override
    RealClient open(int port, RealClient.Introduction introduction) {
        return clients.open(port, introduction);
    }

    /** JSON.stringify escapes it. */
    @Override
    String sentWithHalfAnEmoji(String text) {
        return text;
    }

    private NodeClients.Client open(int port, String namespace, Map<String, ?> more) {
        Map<String, Object> options = new HashMap<>(more);
        options.put("transports", via.transports());
        return clients.open("http://localhost:" + port + namespace, options);
    }

    @Test
    void emitWithAckPromisesTheFirstValueOfTheAnswer() {
        Engine engine = start(echo(0));
        NodeClients.Client client = open(engine.port(), "/", Map.of());
        byte[] bytes = {1, 2, 3};
        assertEquals(
                RealClient.shown(List.of(Map.of("file", bytes))),
                RealClient.answer(client.promise("ask", Map.of("file", bytes))));
    }

    @Test
    void forceBase64SendsAndTakesBinaryDataAsText() throws Exception {
        Engine engine = start(echo(0));
        NodeClients.Client client = open(engine.port(), "/", Map.of("forceBase64", true));
        byte[] bytes = {1, 2, 3};
        Object[] nested = {Map.of("file", bytes), new byte[0], "text"};
        assertEquals(RealClient.shown(List.of(nested)), RealClient.answer(client.call("ask", nested)));
        Eventually.equal(
                via.destination(), engine.namespace("/").sockets().iterator().next()::transport);
        assertEquals(RealClient.shown(List.of(nested)), RealClient.answer(client.call("ask", nested)));
    }

    @Test
    void protocolsAreAnsweredSoThatTheWebSocketOpens() throws Exception {
        Engine engine = start(echo(0));
        NodeClients.Client client = open(engine.port(), "/", Map.of("protocols", List.of("chat-v1", "chat-v0")));
        client.expect("connect");
        Eventually.equal(
                via.destination(), engine.namespace("/").sockets().iterator().next()::transport);
        assertEquals(List.of("x"), RealClient.answer(client.call("ask", "x")));
    }

    @Test
    void retriesSendAnEventAgainUntilItIsAnswered() throws Exception {
        AtomicBoolean first = new AtomicBoolean(true);
        Engine engine = start(echo(0).on("job", (socket, arguments) -> {
            noted.add(arguments.values());
            return first.getAndSet(false)
                    ? Ack.later(new CompletableFuture<>())
                    : Ack.of("done", arguments.values().get(0));
        }));
        NodeClients.Client client = open(engine.port(), "/", Map.of("retries", 100, "ackTimeout", 500));
        CompletableFuture<List<@Nullable Object>> again = client.callWithRetries("job", 1);
        CompletableFuture<List<@Nullable Object>> second = client.callWithRetries("job", 2);
        assertEquals(List.of("done", 1L), RealClient.answer(again));
        assertEquals(List.of("done", 2L), RealClient.answer(second));
        assertEquals(List.of(1L), noted());
        assertEquals(List.of(1L), noted());
        Object next = noted();
        while (next.equals(List.of(1L))) {
            next = noted(); // the server was slow, and the client tried once more
        }
        assertEquals(List.of(2L), next);
    }

    @Test
    void anEventNobodyHandlesIsNotTakenForDelivered() {
        Engine engine = start(echo(0));
        NodeClients.Client client = open(engine.port(), "/", Map.of());
        assertUndelivered(client.call(Duration.ofMillis(100), "nobody"));
        NodeClients.Client patient = open(engine.port(), "/", Map.of("ackTimeout", 100, "forceNew", true));
        assertUndelivered(patient.promise("nobody"));
        NodeClients.Client stubborn =
                open(engine.port(), "/", Map.of("retries", 2, "ackTimeout", 20_000, "forceNew", true));
        stubborn.expect("connect");
        CompletableFuture<List<@Nullable Object>> nobody = stubborn.callWithRetries(Duration.ofMillis(100), "nobody");
        CompletableFuture<List<@Nullable Object>> behind = stubborn.callWithRetries("ask", "x");
        assertUndelivered(nobody);
        assertEquals(List.of("x"), RealClient.answer(behind));
    }

    private static void assertUndelivered(CompletableFuture<?> call) {
        ExecutionException failure = assertThrows(ExecutionException.class, () -> call.get(20, TimeUnit.SECONDS));
        assertEquals("operation has timed out", failure.getCause().getMessage());
    }

    @Test
    void volatileEventsAreNotKeptForLater() throws Exception {
        Engine engine = start(echo(0));
        NodeClients.Client client = open(engine.port(), "/", Map.of("autoConnect", false));
        client.emitVolatile("echo", "volatile");
        client.emit("echo", "kept");
        client.connect();
        client.expect("connect").expect("echoed", "kept");
        assertEquals(List.of("kept"), noted());

        // Later they arrive whenever the client finds its transport writable.
        Eventually.holds("a volatile event comes", () -> {
            client.emitVolatile("echo", "volatile");
            return noted.contains(List.of("volatile"));
        });
    }

    @Test
    void oneConnectionCarriesAllNamespacesUnlessToldOtherwise() {
        Engine engine = start(echo(0).namespace("/chat").namespace("/news"));
        open(engine.port(), "/", Map.of()).expect("connect");
        open(engine.port(), "/chat", Map.of()).expect("connect");
        assertEquals(1, Holdings.of(engine).clients());
        open(engine.port(), "/chat", Map.of()).expect("connect");
        assertEquals(2, Holdings.of(engine).clients(), "the second socket in a namespace has a connection of its own");
        open(engine.port(), "/news", Map.of("multiplex", false)).expect("connect");
        assertEquals(3, Holdings.of(engine).clients());
        open(engine.port(), "/news", Map.of("forceNew", true)).expect("connect");
        assertEquals(4, Holdings.of(engine).clients());
        assertEquals(5, Holdings.of(engine).sockets());
    }

    @Test
    void withCredentialsTheSessionCookieComesBackWithEveryRequest() throws Exception {
        Queue<String> cookies = new ConcurrentLinkedQueue<>();
        AtomicInteger requests = new AtomicInteger();
        Engine engine = echo(0).namespace("/", gateway -> {})
                .http(http -> http.sessionCookie("affinity"))
                .build();
        Server jetty = new Server();
        ServerConnector connector = new ServerConnector(jetty);
        jetty.addConnector(connector);
        jetty.setHandler(new Handler.Wrapper(engine.handler()) {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                requests.incrementAndGet();
                String cookie = request.getHeaders().get("Cookie");
                if (cookie != null) {
                    cookies.add(cookie);
                }
                return super.handle(request, response, callback);
            }
        });
        jetty.start();
        try {
            NodeClients.Client client =
                    open(connector.getLocalPort(), "/", Map.of("withCredentials", true, "reconnection", false));
            client.expect("connect");
            assertEquals(List.of("x"), RealClient.answer(client.call("ask", "x")));
            Socket socket = engine.namespace("/").sockets().iterator().next();
            Eventually.equal(via.destination(), socket::transport);
            if (via == RealClient.Via.WEBSOCKET) {
                assertEquals(0, cookies.size(), "a WebSocket is one request and needs none");
            } else {
                assertTrue(cookies.peek().startsWith("affinity="), cookies::toString);
                assertEquals(1, cookies.stream().distinct().count());
                Eventually.holds("all but the handshake", () -> cookies.size() == requests.get() - 1);
            }
        } finally {
            jetty.stop();
        }
    }

    @Test
    void aBurstLargerThanMaxPayloadArrivesInOrder() throws Exception {
        int count = 3_000;
        Engine engine = start(Engine.builder()
                .port(0)
                .maxPayload(200_000)
                .namespace("/")
                .on("burst", (socket, arguments) -> {
                    assertEquals(1_000, arguments.get(1, String.class).length());
                    noted.add(arguments.get(0, Integer.class));
                    return Ack.empty();
                }));
        NodeClients.Client client = open(engine.port(), "/", Map.of());
        client.expect("connect");
        client.burst("burst", count, 1_000);
        for (int i = 0; i < count; i++) {
            assertEquals(i, noted());
        }
    }
}
