package io.gangway.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.gangway.Ack;
import io.gangway.Admission;
import io.gangway.Arguments;
import io.gangway.Chain;
import io.gangway.ClientKind;
import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.EngineException;
import io.gangway.Interceptor;
import io.gangway.PlainFormat;
import io.gangway.Socket;
import io.gangway.clients.PlainClient;
import io.gangway.clients.RawClient;
import io.gangway.clients.WireClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients without Socket.IO, in the namespaces of Socket.IO's clients. */
class PlainWebSocketTest {
    private final BlockingQueue<Socket> joined = new LinkedBlockingQueue<>();
    private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private Engine engine;

    private int start(EngineBuilder builder) {
        engine = builder.port(0)
                .namespace(
                        "/chat",
                        chat -> chat.onConnect(joined::add)
                                .onDisconnect((socket, reason) -> reasons.add(reason))
                                .on("wait", (socket, arguments) -> {
                                    waiting.countDown();
                                    released.await();
                                    return Ack.of("done");
                                })
                                .on(
                                        "echo",
                                        (socket, arguments) ->
                                                Ack.of(arguments.values().toArray()))
                                .on(
                                        "ask",
                                        (socket, arguments) -> Ack.of(
                                                socket.emitWithAck("question").get()))
                                .on("count", (socket, arguments) -> Ack.of(arguments.size()))
                                .on("bytes", byte[].class, (socket, bytes) -> Ack.of(bytes.length, bytes))
                                .on("fail", (socket, arguments) -> {
                                    throw new EngineException("no", Map.of("why", "because"));
                                })
                                .on("leave", (socket, arguments) -> {
                                    socket.disconnect();
                                    return Ack.empty();
                                })
                                .on("shout", (socket, arguments) -> {
                                    socket.broadcast()
                                            .emit("heard", arguments.values().toArray());
                                    return Ack.empty();
                                }))
                .start();
        return engine.port();
    }

    private int start() {
        return start(Engine.builder().plainWebSocket("/ws/chat", "/chat"));
    }

    private Socket socket() throws InterruptedException {
        Socket socket = joined.poll(10, TimeUnit.SECONDS);
        assertTrue(socket != null, "no socket joined");
        return socket;
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"event\":\"echo\",\"data\":{\"a\":1},\"id\":7} | {\"id\":7,\"data\":{\"a\":1}}",
                "{\"id\":0,\"data\":\"x\",\"event\":\"echo\"} | {\"id\":0,\"data\":\"x\"}",
                " { \"event\" : \"echo\" , \"data\" : null , \"id\" : 9007199254740991 } | {\"id\":9007199254740991,\"data\":null}",
                "{\"event\":\"echo\",\"id\":1} | {\"id\":1}",
                "{\"event\":\"echo\",\"data\":[1,2],\"id\":1} | {\"id\":1,\"data\":[1,2]}",
                "{\"event\":\"echo\",\"data\":[1,\"b\"],\"args\":true,\"id\":1} | {\"id\":1,\"data\":[1,\"b\"],\"args\":true}",
                "{\"event\":\"echo\",\"data\":[ ],\"args\":true,\"id\":1} | {\"id\":1}",
                "{\"event\":\"count\",\"data\":[1],\"args\":false,\"id\":1} | {\"id\":1,\"data\":1}",
                "{\"event\":\"count\",\"data\":[1,2,3],\"args\":true,\"id\":1} | {\"id\":1,\"data\":3}",
                "{\"\\u0065vent\":\"c\\u006funt\",\"more\":{\"event\":1},\"id\":1} | {\"id\":1,\"data\":0}",
                "{\"event\":\"fail\",\"id\":1} | {\"id\":1,\"error\":{\"status\":\"error\",\"message\":\"no\",\"data\":{\"why\":\"because\"}}}",
                "{\"event\":\"fail\"} | {\"event\":\"exception\",\"data\":{\"status\":\"error\",\"message\":\"no\",\"data\":{\"why\":\"because\"}}}",
                "{\"event\":\"bytes\",\"data\":{\"$binary\":\"AQID\"},\"id\":1} | {\"id\":1,\"data\":[3,{\"$binary\":\"AQID\"}],\"args\":true}",
                "{\"event\":\"echo\",\"data\":{\"x\":[{\"$binary\":\"AQID\"},{\"_placeholder\":true,\"num\":0}],\"n\":1.50},\"id\":1} | {\"id\":1,\"data\":{\"x\":[{\"$binary\":\"AQID\"},{\"_placeholder\":false,\"num\":0}],\"n\":1.5}}",
                "{\"event\":\"echo\",\"data\":{\"$binary\":\"AQID\",\"also\":1},\"id\":1} | {\"id\":1,\"data\":{\"$binary\":\"AQID\",\"also\":1}}",
            })
    void answers(String message, String answer) {
        try (PlainClient client = PlainClient.join(start(), "/ws/chat")) {
            client.send(message);
            assertEquals(answer, client.next());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ | closed 1007 invalid JSON",
                "hello | closed 1007 invalid JSON",
                "`` | closed 1007 invalid JSON",
                "b | closed 1007 invalid JSON",
                "{\"event\":\"echo\",} | closed 1007 invalid JSON",
                "{\"event\":\"echo\"}x | closed 1007 text follows the payload",
                "[\"echo\"] | closed 1008 the message is not a JSON object",
                "{} | closed 1008 the message has neither \"event\" nor \"id\"",
                "{\"type\":\"echo\"} | closed 1008 the message has neither \"event\" nor \"id\"",
                "{\"event\":1} | closed 1008 \"event\" is not a string",
                "{\"event\":null} | closed 1008 \"event\" is not a string",
                "{\"event\":\"connect\"} | closed 1008 the event's name is reserved",
                "{\"event\":\"disconnect\"} | closed 1008 the event's name is reserved",
                "{\"event\":\"connect_error\"} | closed 1008 the event's name is reserved",
                "{\"event\":\"excepti\\u006fn\"} | closed 1008 the event's name is reserved",
                "{\"event\":\"echo\",\"event\":\"echo\"} | closed 1008 \"event\" occurs twice",
                "{\"id\":1,\"id\":1} | closed 1008 \"id\" occurs twice",
                "{\"event\":\"echo\",\"id\":\"1\"} | closed 1008 \"id\" is not a whole number from 0 to 2^53 - 1",
                "{\"event\":\"echo\",\"id\":-1} | closed 1008 \"id\" is not a whole number from 0 to 2^53 - 1",
                "{\"event\":\"echo\",\"id\":1e3} | closed 1008 \"id\" is not a whole number from 0 to 2^53 - 1",
                "{\"event\":\"echo\",\"id\":null} | closed 1008 \"id\" is not a whole number from 0 to 2^53 - 1",
                "{\"event\":\"echo\",\"id\":9007199254740992} | closed 1008 \"id\" is not a whole number from 0 to 2^53 - 1",
                "{\"event\":\"echo\",\"data\":1,\"args\":true} | closed 1008 \"args\" is true, but \"data\" is not an array",
                "{\"event\":\"echo\",\"args\":true} | closed 1008 \"args\" is true, but \"data\" is not an array",
                "{\"event\":\"echo\",\"args\":1} | closed 1008 \"args\" is neither true nor false",
                "{\"id\":1,\"error\":{}} | closed 1008 only the server answers with \"error\"",
                "{\"event\":\"echo\",\"data\":{\"$binary\":\"?\"}} | closed 1008 \"$binary\" is not base64",
                "{\"more\":\"LONG\",\"id\":1 | closed 1007 invalid JSON",
                "{\"more\":\"LONG\"} | closed 1008 the message has neither \"event\" nor \"id\"",
                "{\"more\":\"LONG\",\"id\":-1} | closed 1008 \"id\" is not a whole number from 0 to 2^53 - 1",
                "{\"more\":\"LONG\",\"event\":\"connect\"} | closed 1008 the event's name is reserved",
                "{\"event\":\"echo\",\"data\":{\"$binary\":1}} | closed 1008 \"$binary\" is not a string of base64",
            })
    void aMalformedMessageEndsItsClientAlone(String message, String end) {
        int port = start();
        try (PlainClient other = PlainClient.join(port, "/ws/chat");
                PlainClient client = PlainClient.join(port, "/ws/chat")) {
            client.send(message.replace("LONG", "x".repeat(5_000)));
            assertEquals(end, client.next());
            other.send("{\"event\":\"echo\",\"id\":1}");
            assertEquals("{\"id\":1}", other.next());
        }
    }

    @Test
    void limitsHaveCloseCodes() {
        int port = start(Engine.builder().maxPayload(1000).plainWebSocket("/ws/chat", "/chat"));
        try (PlainClient large = PlainClient.join(port, "/ws/chat");
                PlainClient base64 = PlainClient.join(port, "/ws/chat");
                PlainClient deep = PlainClient.join(port, "/ws/chat");
                PlainClient binary = PlainClient.join(port, "/ws/chat")) {
            large.send("{\"event\":\"echo\",\"data\":\"" + "x".repeat(1000) + "\"}");
            assertEquals("closed 1009 the client sent a message larger than maxPayload, 1000 bytes", large.next());
            base64.send("b" + "x".repeat(1000));
            assertEquals("closed 1009 the client sent a message larger than maxPayload, 1000 bytes", base64.next());
            deep.send("{\"event\":\"echo\",\"data\":" + "[".repeat(300) + "]".repeat(300) + "}");
            assertEquals("closed 1007 JSON nested deeper than 255 arrays and objects", deep.next());
            binary.sendBinary((byte) 1);
            assertEquals("closed 1003 binary messages are not accepted: send text", binary.next());
        }
    }

    @Test
    void anAnswerToNothingIsIgnored() {
        try (PlainClient client = PlainClient.join(start(), "/ws/chat")) {
            client.send("{\"id\":5,\"data\":1}");
            client.send("{\"event\":\"echo\",\"id\":1}");
            assertEquals("{\"id\":1}", client.next());
        }
    }

    @Test
    void clientsAnswerEvents() throws Exception {
        try (PlainClient client = PlainClient.join(start(), "/ws/chat")) {
            Socket socket = socket();
            var answer = socket.emitWithAck("ask", 1, "two");
            assertEquals("{\"event\":\"ask\",\"data\":[1,\"two\"],\"args\":true,\"id\":0}", client.next());
            client.send("{\"id\":0,\"data\":[3,{\"$binary\":\"AQID\"}],\"args\":true}");
            Arguments values = answer.get(10, TimeUnit.SECONDS);
            assertEquals(3L, values.values().get(0));
            assertTrue(
                    Arrays.equals(new byte[] {1, 2, 3}, (byte[]) values.values().get(1)));
            var empty = socket.emitWithAck("ask");
            assertEquals("{\"event\":\"ask\",\"id\":1}", client.next());
            client.send("{\"id\":1}");
            assertEquals(List.of(), empty.get(10, TimeUnit.SECONDS).values());
        }
    }

    @Test
    void aHandlerMayWaitForALongAnswer() {
        String filler = "x".repeat(5_000);
        try (PlainClient client = PlainClient.join(start(), "/ws/chat")) {
            client.send("{\"event\":\"ask\",\"id\":1}");
            assertEquals("{\"event\":\"question\",\"id\":0}", client.next());
            client.send("{\"id\":2,\"event\":\"count\",\"data\":\"" + filler + "\"}"); // an event, to be handled later
            client.send("{\"event\":\"count\",\"id\":3}");
            client.send("{\"id\":0,\"data\":\"" + filler + "\"}");
            assertEquals("{\"id\":1,\"data\":\"" + filler + "\"}", client.next());
            assertEquals("{\"id\":2,\"data\":1}", client.next());
            assertEquals("{\"id\":3,\"data\":0}", client.next());
            client.send("{\"id\":0,\"data\":\"" + filler + "\"}"); // nobody waits for it any more
            client.send("{\"event\":\"count\",\"id\":4}");
            assertEquals("{\"id\":4,\"data\":0}", client.next());
            client.send("{\"id\":0,\"data\":\"" + filler + "\",\"args\":true}");
            assertEquals("closed 1008 \"args\" is true, but \"data\" is not an array", client.next());
        }
    }

    @Test
    void sharesRoomsWithSocketIoClients() throws Exception {
        int port = start();
        try (PlainClient plain = PlainClient.join(port, "/ws/chat");
                WireClient socketIo = WireClient.open(port)) {
            socketIo.joinNamespace("/chat");
            plain.send("{\"event\":\"shout\",\"data\":{\"$binary\":\"AQID\"}}");
            assertEquals("451-/chat,[\"heard\",{\"_placeholder\":true,\"num\":0}]", socketIo.next());
            assertEquals("binary 010203", socketIo.next());
            socketIo.send("42/chat,[\"shout\",{\"a\":[1,null]}]");
            assertEquals("{\"event\":\"heard\",\"data\":{\"a\":[1,null]}}", plain.next());

            var answers =
                    engine.namespace("/chat").timeout(Duration.ofSeconds(10)).emitWithAck("all");
            assertEquals("{\"event\":\"all\",\"id\":0}", plain.next());
            assertEquals("42/chat,0[\"all\"]", socketIo.next());
            plain.send("{\"id\":0,\"data\":\"plain\"}");
            socketIo.send("43/chat,0[\"socket.io\"]");
            assertEquals(2, answers.get(10, TimeUnit.SECONDS).received().size());
        }
    }

    @Test
    void theHandshakeTellsTheKindOfClient() throws Exception {
        int port = start();
        try (PlainClient plain = PlainClient.join(port, "/ws/chat?room=7")) {
            Socket socket = socket();
            assertEquals(ClientKind.PLAIN, socket.handshake().client());
            assertEquals("7", socket.handshake().query().get("room"));
            assertEquals(plain.id(), socket.id());
        }
        try (WireClient client = WireClient.open(port)) {
            client.joinNamespace("/chat");
            assertEquals(ClientKind.SOCKET_IO, socket().handshake().client());
        }
    }

    @Test
    void theApplicationDisconnectsWith1000() {
        try (PlainClient client = PlainClient.join(start(), "/ws/chat")) {
            client.send("{\"event\":\"leave\"}");
            assertEquals("closed 1000", client.next());
        }
    }

    @Test
    void theApplicationMayTellAReasonWhichIsShortened() throws Exception {
        int port = start();
        try (PlainClient plain = PlainClient.join(port, "/ws/chat");
                WireClient socketIo = WireClient.open(port)) {
            socket().disconnect("é".repeat(100));
            assertEquals("closed 1008 " + "é".repeat(61), plain.next());
            socketIo.joinNamespace("/chat");
            socket().disconnect("not for Socket.IO");
            socketIo.expect("41/chat,");
            assertEquals(
                    List.of(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, DisconnectReason.SERVER_NAMESPACE_DISCONNECT),
                    List.of(reasons.poll(10, TimeUnit.SECONDS), reasons.poll(10, TimeUnit.SECONDS)));
        }
    }

    @Test
    void aReasonBeforeAdmissionIsTheRefusals() {
        int port = start(Engine.builder()
                .plainWebSocket("/ws/secure", "/secure")
                .namespace(
                        "/secure",
                        secure -> secure.intercept(new Interceptor() {
                            @Override
                            public Ack aroundConnect(Socket socket, Chain chain) {
                                socket.disconnect("not today");
                                return chain.proceed();
                            }
                        })));
        try (PlainClient client = PlainClient.open(port, "/ws/secure", builder -> builder)) {
            assertEquals("{\"event\":\"connect_error\",\"data\":{\"message\":\"not today\"}}", client.next());
            assertEquals("closed 1008 not today", client.next());
        }
    }

    @Test
    void aDrainAnswersWhatHasBegunAndThenSays1012() throws Exception {
        int port = start();
        try (PlainClient busy = PlainClient.join(port, "/ws/chat");
                PlainClient idle = PlainClient.join(port, "/ws/chat")) {
            busy.send("{\"event\":\"wait\",\"id\":1}");
            assertTrue(waiting.await(10, TimeUnit.SECONDS));
            CompletableFuture<Void> draining = CompletableFuture.runAsync(
                    () -> engine.drain(Duration.ofSeconds(20)), task -> new Thread(task).start());
            assertEquals("closed 1012 service restart", idle.next());
            assertEquals(503, PlainClient.refusal(port, "/ws/chat", builder -> builder));
            busy.send("{\"event\":\"echo\",\"id\":2}"); // not begun, and never will be
            released.countDown();
            assertEquals("{\"id\":1,\"data\":\"done\"}", busy.next());
            assertEquals("closed 1012 service restart", busy.next());
            draining.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aClosingEngineSays1012() {
        try (PlainClient client = PlainClient.join(start(), "/ws/chat")) {
            engine.close();
            assertEquals("closed 1012 service restart", client.next());
        }
    }

    @Test
    void aRefusedClientIsToldWhy() {
        int port = start(Engine.builder()
                .plainWebSocket("/ws/secure", "/secure")
                .namespace(
                        "/secure",
                        secure -> secure.intercept(new Interceptor() {
                            @Override
                            public Ack aroundConnect(Socket socket, Chain chain) {
                                throw new EngineException("é".repeat(100), Map.of("code", 7));
                            }
                        })));
        try (PlainClient client = PlainClient.open(port, "/ws/secure", builder -> builder)) {
            assertEquals(
                    "{\"event\":\"connect_error\",\"data\":{\"message\":\"" + "é".repeat(100)
                            + "\",\"data\":{\"code\":7}}}",
                    client.next());
            assertEquals("closed 1008 " + "é".repeat(61), client.next());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer,abc.def", "chat-v1,bearer,abc.def", "bearer,abc.def,chat-v1"})
    void aTokenMayStandBehindBearer(String offered) throws Exception {
        String[] names = offered.split(",");
        try (PlainClient client = PlainClient.open(
                start(),
                "/ws/chat",
                builder -> builder.subprotocols(names[0], Arrays.copyOfRange(names, 1, names.length)))) {
            client.connected();
            assertEquals("bearer", client.subprotocol());
            Socket socket = socket();
            assertEquals("abc.def", socket.handshake().auth("token").orElse(""));
            assertFalse(socket.handshake().headers().toString().contains("abc.def"), "the token is in the headers");
        }
    }

    @Test
    void aTokenMayStandInAuthorization() throws Exception {
        try (PlainClient client =
                PlainClient.open(start(), "/ws/chat", builder -> builder.header("Authorization", "Bearer abc"))) {
            client.connected();
            assertEquals("abc", socket().handshake().auth("token").orElse(""));
        }
    }

    @Test
    void aTokenInTheQueryCountsOnlyIfAllowed() throws Exception {
        int port = start(Engine.builder()
                .plainWebSocket("/ws/chat", "/chat")
                .plainWebSocket("/ws/query", "/chat", options -> options.tokenInQuery("token")));
        try (PlainClient strict = PlainClient.join(port, "/ws/chat?token=abc")) {
            assertEquals("", socket().handshake().auth("token").orElse(""));
        }
        try (PlainClient lax = PlainClient.join(port, "/ws/query?token=abc")) {
            assertEquals("abc", socket().handshake().auth("token").orElse(""));
        }
        assertEquals(400, PlainClient.refusal(port, "/ws/query?token=abc&token=def", builder -> builder));
    }

    @Test
    void theOriginRuleHolds() {
        assertEquals(
                403,
                PlainClient.refusal(start(), "/ws/chat", builder -> builder.header("Origin", "http://evil.example")));
    }

    @Test
    void admissionIsAskedFirst() {
        int port = start(Engine.builder()
                .plainWebSocket("/ws/chat", "/chat")
                .admission(handshake -> handshake.client() == ClientKind.PLAIN
                        ? Admission.refuse(503, Duration.ofSeconds(1))
                        : Admission.accept()));
        assertEquals(503, PlainClient.refusal(port, "/ws/chat", builder -> builder));
    }

    @Test
    void theRouteMayBeTheRoot() throws Exception {
        int port = start(Engine.builder().plainWebSocket("/", "/chat"));
        try (PlainClient client = PlainClient.join(port, "/")) {
            client.send("{\"event\":\"echo\",\"data\":1,\"id\":1}");
            assertEquals("{\"id\":1,\"data\":1}", client.next());
        }
        assertEquals(404, PlainClient.refusal(port, "/other", builder -> builder));
        HttpResponse<String> page = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertEquals(404, page.statusCode());
        try (WireClient socketIo = WireClient.open(port)) {
            socketIo.joinNamespace("/chat");
        }
    }

    @Test
    void aRouteMayOpenOntoDynamicNamespaces() {
        int port = start(Engine.builder()
                .plainWebSocket("/ws/*", "/*")
                .namespaces(
                        Pattern.compile("/room-\\d+"),
                        rooms -> rooms.on(
                                "where",
                                (socket, arguments) -> Ack.of(socket.namespace().name()))));
        try (PlainClient client = PlainClient.join(port, "/ws/room-7");
                PlainClient stranger = PlainClient.open(port, "/ws/cellar", builder -> builder)) {
            client.send("{\"event\":\"where\",\"id\":1}");
            assertEquals("{\"id\":1,\"data\":\"/room-7\"}", client.next());
            assertEquals("{\"event\":\"connect_error\",\"data\":{\"message\":\"Invalid namespace\"}}", stranger.next());
            assertEquals("closed 1008 Invalid namespace", stranger.next());
        }
    }

    @Test
    void theApplicationMayHaveItsOwnFormat() {
        Set<String> readers = ConcurrentHashMap.newKeySet();
        PlainFormat arrays = new PlainFormat() {
            @Override
            public JsonObject read(String message) {
                readers.add(Thread.currentThread().getName());
                JsonArray array = JsonParser.parseString(message).getAsJsonArray();
                JsonObject standard = new JsonObject();
                standard.add("event", array.get(0));
                standard.add("data", array.get(1));
                return standard;
            }

            @Override
            public String write(JsonObject message) {
                JsonArray array = new JsonArray();
                array.add(message.get("event"));
                array.add(message.get("data"));
                return array.toString();
            }
        };
        int port = start(Engine.builder().plainWebSocket("/ws/chat", "/chat", options -> options.format(arrays)));
        try (PlainClient one = PlainClient.open(port, "/ws/chat", builder -> builder);
                PlainClient two = PlainClient.open(port, "/ws/chat", builder -> builder)) {
            assertTrue(one.next().startsWith("[\"connect\",{\"id\":"));
            assertTrue(two.next().startsWith("[\"connect\",{\"id\":"));
            one.send("[\"shout\",{\"a\":1}]");
            assertEquals("[\"heard\",{\"a\":1}]", two.next());
            one.send("{\"event\":\"shout\"}");
            assertEquals("closed 1008 the message does not have this route's format", one.next());
            assertTrue(
                    readers.stream().allMatch(name -> name.startsWith("gangway-handler")),
                    () -> "read on an I/O thread: " + readers);
        }
    }

    @Test
    void aSilentClientIsClosedWith1001() throws Exception {
        int port = start(Engine.builder()
                .pingInterval(Duration.ofMillis(50))
                .pingTimeout(Duration.ofSeconds(4)) // the lively one's thread may stand still for a while
                .plainWebSocket("/ws/chat", "/chat"));
        try (RawClient silent = RawClient.upgrade(port, "/ws/chat");
                PlainClient lively = PlainClient.join(port, "/ws/chat")) {
            assertTrue(silent.next().startsWith("{\"event\":\"connect\""));
            assertEquals("ping", silent.next().strip());
            assertEquals("closed 1001 no pong arrived in time", silent.next().strip());
            lively.send("{\"event\":\"echo\",\"id\":1}");
            assertEquals("{\"id\":1}", lively.next());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/socket.io | /chat | Socket.IO serves",
                "/socket.io/ws | /chat | Socket.IO serves",
                "ws | /chat | no request can have this path",
                "/ws/../x | /chat | no request can have this path",
                "/ws?x | /chat | no request can have this path",
                "/ws/* | /chat | write * at the end of both",
                "/ws | /chatt | there is no such namespace",
            })
    void aRouteThatCannotWorkIsRefused(String route, String namespace, String why) {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> start(Engine.builder().plainWebSocket(route, namespace)))
                .getMessage();
        assertTrue(message.contains(why), message);
    }

    @Test
    void aRouteIsGivenOnce() {
        EngineBuilder builder = Engine.builder().plainWebSocket("/ws", "/chat");
        String message = assertThrows(IllegalArgumentException.class, () -> builder.plainWebSocket("/ws", "/other"))
                .getMessage();
        assertTrue(message.contains("exists already"), message);
    }
}
