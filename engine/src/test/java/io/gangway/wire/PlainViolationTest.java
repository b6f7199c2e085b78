package io.gangway.wire;

import static io.gangway.clients.RawClient.frame;
import static io.gangway.clients.RawClient.join;
import static io.gangway.clients.RawClient.textFrame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.Holdings;
import io.gangway.Interceptor;
import io.gangway.Socket;
import io.gangway.clients.RawClient;
import io.gangway.testing.CleanLog;
import io.gangway.testing.Eventually;
import java.io.UncheckedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plain WebSockets that break RFC 6455 or the rules of the messages: each is closed with a code and the rule, nothing of it
 * is handled, and another client notices nothing.
 */
class PlainViolationTest {
    private static final int MAX_PAYLOAD = 20_000;
    private static final int TEXT = 0x81;
    private static final int TEXT_BEGINS = 0x01;
    private static final int BINARY = 0x82;
    private static final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
    private static final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    private static Engine engine;
    private static RawClient bystander;

    @RegisterExtension
    private final CleanLog log = new CleanLog();

    @BeforeAll
    static void start() {
        engine = Engine.builder()
                .port(0)
                .maxPayload(MAX_PAYLOAD)
                .plainWebSocket("/ws", "/")
                .plainWebSocket("/bystander", "/bystander")
                .plainWebSocket("/undecided", "/undecided")
                .namespace("/")
                .onAny(event -> events.add(event.name()))
                .onDisconnect((socket, reason) -> reasons.add(reason))
                .namespace("/bystander")
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .namespace("/undecided")
                .intercept(new Interceptor() {
                    @Override
                    public Ack aroundConnect(Socket socket, Chain chain) {
                        return Ack.later(new CompletableFuture<>());
                    }
                })
                .start();
        bystander = enter("/bystander");
    }

    @AfterAll
    static void stop() {
        bystander.close();
        engine.close();
    }

    private static RawClient enter(String path) {
        RawClient client = RawClient.upgrade(engine.port(), path);
        String first = client.next();
        assertTrue(first.startsWith("{\"event\":\"connect\","), first);
        return client;
    }

    @BeforeEach
    void forget() {
        reasons.clear();
        events.clear();
    }

    @AfterEach
    void nobodyElseNoticed() {
        bystander.send("{\"event\":\"echo\",\"data\":1,\"id\":7}").expect("{\"id\":7,\"data\":1}");
        Eventually.equal(1, () -> Holdings.of(engine).clients());
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                Arguments.of("RSV1 set", frame(0xc1, (byte) '{'), "1002"),
                Arguments.of("not masked", new byte[] {(byte) 0x81, 2, '{', '}'}, "1002"),
                Arguments.of("opcode 3", frame(0x83), "1002"),
                Arguments.of("a continuation of nothing", frame(0x80, (byte) '{'), "1002"),
                Arguments.of(
                        "a message within a message", join(frame(TEXT_BEGINS, (byte) '{'), textFrame("{}")), "1002"),
                Arguments.of("a fragmented ping", frame(0x09), "1002"),
                Arguments.of("a ping of 126 bytes", frame(0x89, new byte[126]), "1002"),
                Arguments.of("a Close with a forbidden code", RawClient.closeFrame(1005), "1002"),
                Arguments.of("a binary message", frame(BINARY, (byte) 1), "1003 binary messages are not accepted"),
                Arguments.of("an empty binary message", frame(BINARY), "1003 binary messages are not accepted"),
                Arguments.of("no UTF-8", frame(TEXT, (byte) '"', (byte) 0xff, (byte) '"'), "1007"),
                Arguments.of("half a character", frame(TEXT, (byte) 0xc3), "1007"),
                Arguments.of("a surrogate", frame(TEXT, (byte) 0xed, (byte) 0xa0, (byte) 0x80), "1007"),
                Arguments.of("a declared length of 2^63 - 1", frame(TEXT, Long.MAX_VALUE), "1009"),
                Arguments.of(
                        "more than maxPayload",
                        frame(TEXT, new byte[MAX_PAYLOAD + 1]),
                        "1009 the client sent a message larger than maxPayload"),
                Arguments.of(
                        "pieces beyond maxPayload",
                        join(frame(TEXT_BEGINS, new byte[MAX_PAYLOAD]), frame(0x80, (byte) 'x')),
                        "1009 the client sent a message larger than maxPayload"),
                broken("a byte order mark", "\uFEFF{\"event\":\"echo\"}", "1007 invalid JSON"),
                broken("NaN", "{\"event\":\"echo\",\"data\":NaN}", "1007 invalid JSON"),
                broken(
                        "a number of 1,024 digits",
                        data("1".repeat(1024)),
                        "1007 a number of more than 1023 characters"),
                broken("256 arrays", data("[".repeat(256) + "]".repeat(256)), "1007 JSON nested deeper than 255"),
                broken("9,000 arrays", data("[".repeat(9_000)), "1007 JSON nested deeper than 255"),
                broken("9,000 objects", data("{\"a\":".repeat(3_000)), "1007 JSON nested deeper than 255"),
                broken(
                        "two messages in one",
                        "{\"event\":\"echo\"}{\"event\":\"echo\"}",
                        "1007 text follows the payload"),
                broken(
                        "two names",
                        "{\"event\":\"echo\",\"data\":1,\"\\u0065vent\":\"echo\"}",
                        "1008 \"event\" occurs twice"),
                broken("data twice", "{\"event\":\"echo\",\"data\":1,\"data\":1}", "1008 \"data\" occurs twice"),
                broken(
                        "an id of 2^53",
                        "{\"event\":\"echo\",\"id\":9007199254740992}",
                        "1008 \"id\" is not a whole number"),
                broken("an answer to 2^53", "{\"id\":9007199254740992}", "1008 \"id\" is not a whole number"),
                broken(
                        "an id of 5,000 digits",
                        "{\"id\":" + "9".repeat(1000) + "}",
                        "1008 \"id\" is not a whole number"),
                broken("a name that is an object", "{\"event\":{}}", "1008 \"event\" is not a string"),
                broken("a reserved name", "{\"event\":\"connect_error\"}", "1008 the event's name is reserved"),
                broken(
                        "a name of 1,025 letters",
                        "{\"event\":\"" + "n".repeat(1025) + "\"}",
                        "1008 the event's name is longer"),
                broken(
                        "11 pieces of binary data",
                        data("[" + "{\"$binary\":\"\"},".repeat(10) + "{\"$binary\":\"\"}]"),
                        "1008 more than 10 pieces of binary data"),
                broken("binary data without padding", data("{\"$binary\":\"A\"}"), "1008 \"$binary\" is not base64"),
                broken("Socket.IO", "40", "1008 the message is not a JSON object"));
    }

    private static Arguments broken(String what, String message, String end) {
        return Arguments.of(what, frame(TEXT, message.getBytes(UTF_8)), end);
    }

    private static String data(String json) {
        return "{\"event\":\"echo\",\"data\":" + json + "}";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void endsTheConnection(String what, byte[] frames, String end) throws Exception {
        try (RawClient client = enter("/ws")) {
            String closed = client.write(frames).next();
            assertTrue(closed.startsWith("closed " + end), closed);
            assertTrue(closed.length() > "closed 1002 ".length(), () -> "no reason: " + closed);
            assertTrue(reasons.poll(10, TimeUnit.SECONDS) != null, "disconnect was not told");
        }
        assertEquals(0, events.size(), () -> "handled: " + events);
        assertEquals(0, reasons.size(), "disconnect was told more than once");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":0}",
                "{\"id\":9007199254740991,\"data\":{\"a\":[]}}",
                "{\"id\":3,\"data\":[1,2],\"args\":true,\"more\":null}",
            })
    void anAnswerThatNobodyAwaitsIsIgnored(String answer) {
        bystander.send(answer).send(answer);
    }

    @Test
    void whoIsNotAdmittedMayNotSendMuch() {
        try (RawClient client = RawClient.upgrade(engine.port(), "/undecided")) {
            try {
                for (int i = 0; i < 10; i++) {
                    client.send(data('"' + "x".repeat(15_000) + '"'));
                }
            } catch (UncheckedIOException cut) {
                // The server has not waited for the rest.
            }
            String closed = client.next();
            assertTrue(closed.startsWith("closed 1008 ") || closed.equals("reset"), closed);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bearer,bearer", "bearer,a b", "bearer;token", "bearer,tok\u00ebn", ",", "bearer,{\"a\":1}"})
    void anOfferThatIsNoListOfTokensIsABadRequest(String offer) {
        try (RawClient client = RawClient.connect(engine.port())) {
            client.write(RawClient.upgradeRequest("/ws", "Sec-WebSocket-Protocol: " + offer));
            assertEquals(400, client.response().status());
        }
    }
}
