package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.WireClient;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of failures: what the client is told, what stands in the log, and what goes on regardless. */
class ErrorTest {
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private CapturedLog log;
    private Engine engine;
    private WireClient client;

    private record Payload(String text) {}

    @BeforeEach
    void start() {
        log = new CapturedLog();
        Gateway gateway = namespace -> namespace
                .on("known", (socket, arguments) -> {
                    throw new EngineException("Message text is required");
                })
                .on("data", (socket, arguments) -> {
                    throw new EngineException("no", Map.of("field", "text", "max", 10));
                })
                .on("null message", (socket, arguments) -> {
                    throw new EngineException(null);
                })
                .on("bug", (socket, arguments) -> {
                    throw new IllegalStateException("jdbc:postgresql://secret");
                })
                .on("checked", (socket, arguments) -> {
                    throw new IOException("secret");
                })
                .on("typed", Payload.class, (socket, payload) -> Ack.of(payload.text()))
                .on("StackOverflowError", (socket, arguments) -> Ack.of(recurse(1)))
                .on("AssertionError", (socket, arguments) -> {
                    throw new AssertionError("a bug");
                })
                .on("OutOfMemoryError", (socket, arguments) -> {
                    throw new OutOfMemoryError("not really");
                })
                .on("NoClassDefFoundError", (socket, arguments) -> {
                    throw new NoClassDefFoundError("missing/Driver");
                })
                .on("payload", (socket, arguments) -> {
                    throw new IllegalStateException("for the log");
                })
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .on("name", (socket, arguments) -> {
                    String name = arguments.get(1, String.class);
                    Runnable use = switch (arguments.get(0, String.class)) {
                        case "join" -> () -> socket.join("fine", name);
                        case "leave" -> () -> socket.leave(name);
                        case "joinConfirmed" -> () -> socket.joinConfirmed(name);
                        case "socketsJoin" -> () -> socket.broadcast().socketsJoin(name);
                        case "socketsLeave" -> () -> socket.namespace().socketsLeave(name);
                        case "emit" -> () -> socket.emit(name);
                        case "broadcast" -> () -> socket.broadcast().emit(name);
                        default -> () -> socket.emitWithAck(name);
                    };
                    use.run();
                    return Ack.empty();
                })
                .onAny(event -> seen.add(event + " " + event.arguments()))
                .onDisconnecting((socket, reason) -> {
                    if (reason == DisconnectReason.CLIENT_NAMESPACE_DISCONNECT) {
                        throw new IllegalStateException("in disconnecting");
                    }
                })
                .onDisconnect((socket, reason) -> {
                    if (reason == DisconnectReason.CLIENT_NAMESPACE_DISCONNECT) {
                        throw new AssertionError("in disconnect");
                    }
                })
                .onDisconnect((socket, reason) -> seen.add("disconnected"));
        engine = Engine.builder()
                .port(0)
                .namespace("/", gateway)
                .namespaces(Pattern.compile("(?s)/rule.*"), gateway)
                .start();
        client = WireClient.join(engine.port());
    }

    @AfterEach
    void stop() {
        client.close();
        engine.close();
        log.close();
    }

    private static int recurse(int depth) {
        return depth == 0 ? 0 : recurse(depth + 1) + 1;
    }

    // ---- what the client is told

    @Test
    void anEngineExceptionsMessageAndDataReachTheClientUnchanged() {
        client.send("421[\"known\"]").expect("431[{\"status\":\"error\",\"message\":\"Message text is required\"}]");
        client.send("422[\"data\"]");
        String answer = client.next();
        assertTrue(answer.startsWith("432[{\"status\":\"error\",\"message\":\"no\",\"data\":{"), answer);
        assertTrue(answer.contains("\"field\":\"text\"") && answer.contains("\"max\":10"), answer);
        client.send("423[\"null message\"]").expect("433[{\"status\":\"error\",\"message\":\"\"}]");
        assertEquals("", log.complaints(), "it is no fault of ours");
    }

    @Test
    void withoutAnAckTheSameBodyIsTheEventException() {
        client.send("42[\"known\"]")
                .expect("42[\"exception\",{\"status\":\"error\",\"message\":\"Message text is required\"}]");
        client.send("42[\"bug\"]").expectMasked("42[\"exception\",", "]");
    }

    @Test
    void anyOtherFailureIsMaskedOutsideAndWholeInTheLog() {
        client.send("421[\"bug\"]").expectMasked("431[", "]");
        client.send("422[\"checked\"]").expectMasked("432[", "]");
        assertTrue(log.text().contains("java.lang.IllegalStateException: jdbc:postgresql://secret"), log.text());
        assertTrue(log.text().contains("java.io.IOException: secret"), log.text());
        assertTrue(log.text().contains("at io.gangway.ErrorTest."), log.text());
    }

    @Test
    void aNameThatIsRefusedIsToldAsARuleOutsideAndWholeInTheLog() {
        String reservedRoom = "Room names that begin with \\\"user:\\\" are reserved";
        for (String how : List.of("join", "leave", "joinConfirmed", "socketsJoin", "socketsLeave")) {
            expectRule("42%s[\"name\",\"" + how + "\",\"user:42\"]", reservedRoom);
        }
        expectRule("42%s[\"name\",\"join\",\"\"]", "Room names must not be empty");
        for (String how : List.of("emit", "broadcast", "emitWithAck")) {
            expectRule("42%s[\"name\",\"" + how + "\",\"connect\"]", "The event name \\\"connect\\\" is reserved");
        }
        assertTrue(log.text().contains("room \"user:42\" belongs to a user: "), log.text());
        assertTrue(log.text().contains("\"connect\" is reserved by Socket.IO and cannot be emitted in /"), log.text());
    }

    /** By whichever way the client is told, under the id of a line of the log. */
    private void expectRule(String packet, String rule) {
        String body = "{\"status\":\"error\",\"message\":\"" + rule + "\",\"data\":{\"errorId\":\"ID\"}}";
        for (boolean wantsAck : List.of(true, false)) {
            String told = client.send(packet.formatted(wantsAck ? "7" : "")).next();
            String id = told.replaceAll(".*\"errorId\":\"([^\"]*)\".*", "$1");
            assertEquals((wantsAck ? "437[" : "42[\"exception\",") + body + "]", told.replace(id, "ID"));
            assertTrue(log.text().contains("error " + id), log.text());
        }
    }

    @Test
    void theIdInAMaskedErrorLeadsToTheLogLine() {
        client.send("421[\"bug\"]");
        String id = client.next().replaceAll(".*\"errorId\":\"([^\"]*)\".*", "$1");
        assertEquals(20, id.length(), id);
        assertTrue(log.text().contains("error " + id), log.text());
    }

    @Test
    void aPayloadThatDoesNotFitIsTheClientsFaultAndNotLogged() {
        client.send("421[\"typed\",7]")
                .expect("431[{\"status\":\"error\",\"message\":\"typed expects a Payload, got a number\"}]");
        assertEquals("", log.complaints());
    }

    @ParameterizedTest
    @ValueSource(strings = {"StackOverflowError", "AssertionError", "OutOfMemoryError", "NoClassDefFoundError"})
    void anErrorInAHandlerIsContained(String error) {
        client.send("421[\"" + error + "\"]").expectMasked("431[", "]");
        client.send("42[\"" + error + "\"]").expectMasked("42[\"exception\",", "]");
        client.send("422[\"echo\",\"still here\"]").expect("432[\"still here\"]");
        assertTrue(log.text().contains(error), log.text());
    }

    @Test
    void aDisconnectHandlerThatFailsKeepsNoOtherFromRunning() throws Exception {
        client.send("41");
        assertEquals("disconnected", seen.poll(10, TimeUnit.SECONDS));
        Eventually.holds(
                "both stand in the log",
                () -> log.text().contains("in disconnecting") && log.text().contains("in disconnect\n"));
    }

    @Test
    void aFailureInOneConnectionTouchesNoOther() {
        List<WireClient> others = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            others.add(WireClient.join(engine.port()));
        }
        client.send("42[\"StackOverflowError\"]").expectMasked("42[\"exception\",", "]");
        others.forEach(other -> other.send("420[\"echo\",1]").expect("430[1]").close());
    }

    // ---- what stands in the log

    @Test
    void payloadsAndTokensAreNeverLogged() {
        WireClient other =
                WireClient.connect(engine.port(), "/socket.io/?EIO=4&transport=websocket&token=query-secret");
        other.next();
        other.send("40{\"token\":\"auth-secret\"}").expectConnected();
        other.send("421[\"payload\",\"payload-secret\"]").expectMasked("431[", "]");
        other.send("42{").expect("closed 1002");
        assertTrue(log.text().contains("for the log"), log.text());
        assertFalse(log.text().contains("-secret"), log.text());
    }

    @Test
    void namesThatClientsMakeUpCannotForgeLinesOfTheLog() {
        String name = "/rule\r\n[main] ERROR forged\u001b[31m\u2028\u0085 \u202e";
        client.send("40" + name + ",").expectConnected();
        client.send("42" + name + ",0[\"bug\"]").expectMasked("43" + name + ",0[", "]");
        assertTrue(log.text().contains("bug"), log.text());
        assertFalse(log.text().contains("\u001b"), log.text());
        assertFalse(log.text().contains("\u2028"), log.text());
        assertFalse(log.text().contains("\u0085"), log.text());
        assertFalse(log.text().contains("\u202e"), log.text());
        assertTrue(log.lines().stream().noneMatch(line -> line.startsWith("[main] ERROR forged")), log.text());
        assertTrue(log.text().contains("/rule\\r\\n[main] ERROR forged\\u001b[31m\\u2028\\u0085 \\u202e"), log.text());
    }

    @Test
    void eventsAndSocketsShowThemselvesEscapedAndShort() throws Exception {
        client.send("42[\"line\\r\\nbreak \\u001b\\u0000\",\"secret\"]");
        String shown = seen.poll(10, TimeUnit.SECONDS);
        assertTrue(shown.startsWith("Event[line\\r\\nbreak \\u001b\\u0000 from Socket["), shown);
        assertTrue(shown.endsWith(" in /]] Arguments[1]"), shown);
        client.send("42[\"" + "x".repeat(1000) + "\"]");
        shown = seen.poll(10, TimeUnit.SECONDS);
        assertTrue(shown.startsWith("Event[" + "x".repeat(200) + "... from Socket["), shown);
    }

    @Test
    void ordinaryNamesAreShownAsTheyAre() throws Exception {
        client.send("42[\"nachricht \u00fc \u20ac\"]");
        String shown = seen.poll(10, TimeUnit.SECONDS);
        assertTrue(shown.startsWith("Event[nachricht \u00fc \u20ac from Socket["), shown);
    }
}
