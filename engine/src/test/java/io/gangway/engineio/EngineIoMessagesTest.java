package io.gangway.engineio;

import static io.gangway.clients.RawClient.POLLING;
import static io.gangway.clients.RawClient.WEBSOCKET;
import static io.gangway.clients.RawClient.head;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.Holdings;
import io.gangway.Interceptor;
import io.gangway.Socket;
import io.gangway.clients.RawClient;
import io.gangway.clients.RawClient.Response;
import io.gangway.testing.CleanLog;
import io.gangway.testing.Eventually;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engine.IO: messages of all sizes and kinds, on both transports and from one to the other. */
class EngineIoMessagesTest {
    private static final int MAX_PAYLOAD = 1_000_000;
    private static final String PLACEHOLDER = "{\"_placeholder\":true,\"num\":0}";

    private static final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private static final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
    private static final AtomicInteger joined = new AtomicInteger();
    private static final AtomicInteger left = new AtomicInteger();

    @RegisterExtension
    private final CleanLog log = new CleanLog();

    /** One for all tests: to close it takes a second if a polling client has stopped polling. */
    private static Engine engine;

    private RawClient client;

    @BeforeAll
    static void start() {
        engine = Engine.builder()
                .port(0)
                .limits(limits -> limits.maxBuffered(32 << 20))
                .namespace("/")
                .intercept(new Interceptor() {
                    @Override
                    public Ack aroundConnect(Socket socket, Chain chain) {
                        joined.incrementAndGet(); // before the client knows, and may be gone
                        return chain.proceed();
                    }
                })
                .onAny(event -> events.add(event.name()))
                .onDisconnect((socket, reason) -> {
                    reasons.add(reason);
                    left.incrementAndGet();
                })
                .on("echo", (socket, arguments) -> Ack.of(arguments.values().toArray()))
                .on("length", String.class, (socket, text) -> Ack.of(text.length()))
                .on("numbers", Integer.class, (socket, count) -> {
                    for (int i = 0; i < count; i++) {
                        socket.emit("number", i);
                    }
                    return Ack.empty();
                })
                .start();
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @BeforeEach
    void connect() {
        client = RawClient.connect(engine.port());
    }

    /** Leaves nothing of this test to the next. */
    @AfterEach
    void leave() {
        client.close();
        engine.namespace("/").closeConnections();
        Eventually.holds(
                "all have left", () -> engine.namespace("/").sockets().isEmpty() && left.get() == joined.get());
        events.clear();
        reasons.clear();
    }

    /** An event with an ack, of so many bytes as an Engine.IO packet. */
    private static String packetOf(int bytes) {
        String frame = "420[\"length\",\"\"]";
        return "420[\"length\",\"" + "x".repeat(bytes - frame.length()) + "\"]";
    }

    private static String lengthIn(String packet) {
        return "430[" + (packet.length() - "420[\"length\",\"\"]".length()) + "]";
    }

    // ---- sizes

    @Test
    void aPostOfTheLargestSizeIsTaken() {
        String session = RawClient.joinPolling(engine.port());
        String packet = packetOf(MAX_PAYLOAD);
        assertEquals("200 ok", client.post(session, packet).shown());
        assertEquals("200 " + lengthIn(packet), client.get(session).shown());
    }

    @Test
    void aLargerPostIsRefusedAndTheSessionLivesOn() {
        String session = RawClient.joinPolling(engine.port());
        Response refused = refused(() -> client.writePost(session, packetOf(MAX_PAYLOAD + 1)));
        assertEquals("413 {\"code\":3,\"message\":\"Payload too large\"}", refused.shown());
        assertEquals("close", refused.header("Connection"));
        assertEquals(0, events.size());
        try (RawClient next = RawClient.connect(engine.port())) {
            assertEquals("200 ok", next.post(session, "420[\"echo\"]").shown());
            assertEquals("200 430[]", next.get(session).shown());
        }
    }

    /** The answer to what the server does not let the client write to the end. */
    private Response refused(Runnable writing) {
        try {
            writing.run();
        } catch (UncheckedIOException closedMeanwhile) {
            // The answer came before.
        }
        return client.response();
    }

    @Test
    void aPostThatOnlyAnnouncesTooMuchIsRefusedAtOnce() {
        String session = RawClient.joinPolling(engine.port());
        client.write(head("POST", session, "Content-Length: 9000000000"));
        assertEquals(413, client.response().status());
        client.expectEnd();
    }

    @Test
    void anEndlessChunkedPostIsRefusedAsSoonAsItIsTooLarge() {
        String session = RawClient.joinPolling(engine.port());
        client.write(head("POST", session, "Transfer-Encoding: chunked"));
        byte[] chunk = ("186a0\r\n" + "4".repeat(100_000) + "\r\n").getBytes(ISO_8859_1);
        Response refused = refused(() -> {
            while (true) {
                client.write(chunk);
            }
        });
        assertEquals(413, refused.status());
        assertEquals("close", refused.header("Connection"));
        assertEquals(0, events.size());
        try (RawClient next = RawClient.connect(engine.port())) {
            assertEquals("200 ok", next.post(session, "420[\"echo\"]").shown());
        }
    }

    @Test
    void aWebSocketMessageOfTheLargestSizeIsTaken() {
        try (RawClient webSocket = RawClient.join(engine.port())) {
            String packet = packetOf(MAX_PAYLOAD);
            webSocket.send(packet).expect(lengthIn(packet));
        }
    }

    @Test
    void aLargerWebSocketMessageEndsTheConnection() throws Exception {
        try (RawClient webSocket = RawClient.join(engine.port())) {
            webSocket.send(packetOf(MAX_PAYLOAD + 1)).expectClosed(1009);
            assertEquals(DisconnectReason.TRANSPORT_ERROR, reasons.take());
            assertEquals(0, events.size());
        }
    }

    @Test
    void theLimitCanBeChosen() {
        try (Engine small = Engine.builder()
                .port(0)
                .maxPayload(100)
                .namespace("/")
                .on("length", String.class, (socket, text) -> Ack.of(text.length()))
                .start()) {
            String session = RawClient.joinPolling(small.port());
            try (RawClient posts = RawClient.connect(small.port());
                    RawClient webSocket = RawClient.join(small.port())) {
                assertEquals("200 ok", posts.post(session, packetOf(100)).shown());
                assertEquals(413, posts.post(session, packetOf(101)).status());
                webSocket.send(packetOf(100)).expect(lengthIn(packetOf(100)));
                webSocket.send(packetOf(101)).expectClosed(1009);
            }
            try (RawClient leaves = RawClient.connect(small.port())) {
                leaves.leave(session);
            }
        }
    }

    // ---- bodies in pieces

    @Test
    void aChunkedPostIsPutTogether() {
        String session = RawClient.joinPolling(engine.port());
        client.write(head("POST", session, "Transfer-Encoding: chunked"));
        client.write("3\r\n420\r\n")
                .write("9;x=y\r\n[\"echo\",7\r\n")
                .write("1\r\n]\r\n")
                .write("0\r\n\r\n");
        assertEquals("200 ok", client.response().shown());
        assertEquals("200 430[7]", client.get(session).shown());
    }

    @Test
    void aPostInManySegmentsIsPutTogether() {
        String session = RawClient.joinPolling(engine.port());
        String packet = packetOf(MAX_PAYLOAD);
        client.write(head("POST", session, "Content-Length: " + packet.length()));
        for (int from = 0; from < packet.length(); from += 9_999) {
            client.write(packet.substring(from, Math.min(packet.length(), from + 9_999)));
        }
        assertEquals("200 ok", client.response().shown());
        assertEquals("200 " + lengthIn(packet), client.get(session).shown());
    }

    @Test
    void textOfManyBytesPerCharacterIsLeftIntact() {
        String text = "\u00e9\u4e16\u754c\ud83d\ude80 \u2028\u2029".repeat(20);
        String event = "420[\"echo\",\"" + text + "\"]";
        String answer = "430[\"" + text + "\"]";
        byte[] bytes = event.getBytes(UTF_8);

        String session = RawClient.joinPolling(engine.port());
        assertEquals("200 ok", client.post(session, event).shown());
        assertSameJson(answer, client.get(session).body());
        // Byte by byte, across chunks and segments.
        client.write(head("POST", session, "Transfer-Encoding: chunked"));
        for (byte b : bytes) {
            client.write(RawClient.join("1\r\n".getBytes(ISO_8859_1), new byte[] {b}, "\r\n".getBytes(ISO_8859_1)));
        }
        client.write("0\r\n\r\n");
        assertEquals("200 ok", client.response().shown());
        assertSameJson(answer, client.get(session).body());
        try (RawClient webSocket = RawClient.join(engine.port())) {
            assertSameJson(answer, webSocket.send(event).next());
        }
    }

    /** The line separators may come escaped or as they are. */
    private static void assertSameJson(String expected, String actual) {
        assertEquals(expected, actual.replace("\\u2028", "\u2028").replace("\\u2029", "\u2029"));
    }

    @Test
    void manyPacketsInOneBodyTakeTimeByTheirNumberAlone() {
        String session = RawClient.joinPolling(engine.port());
        long before = System.nanoTime();
        assertEquals(
                "200 ok",
                client.post(session, "3|".repeat(300_000) + "420[\"echo\"]").shown());
        assertEquals("200 430[]", client.get(session).shown());
        assertEquals(
                "200 ok",
                client.post(session, "42" + "1".repeat(15) + "[\"echo\"]").shown());
        long took = Duration.ofNanos(System.nanoTime() - before).toMillis();
        assertEquals(true, took < 5_000, took + " ms");
    }

    @Test
    void anAckIdOfAMillionDigitsIsRefusedAsFastAsAnyOther() throws Exception {
        long before = System.nanoTime();
        try (RawClient webSocket = RawClient.join(engine.port())) {
            webSocket.send("42" + "1".repeat(999_000)).expectClosed(1002);
            assertEquals(DisconnectReason.PARSE_ERROR, reasons.take());
        }
        long took = Duration.ofNanos(System.nanoTime() - before).toMillis();
        assertEquals(true, took < 5_000, took + " ms");
    }

    // ---- binary

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 125, 126, 127, 65_535, 65_536, 500_000})
    void binaryIsItselfOnAWebSocketAndBase64OnPolling(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        String event = "451-0[\"echo\"," + PLACEHOLDER + "]";
        String answer = "461-0[" + PLACEHOLDER + "]";
        try (RawClient webSocket = RawClient.join(engine.port())) {
            webSocket.send(event).write(RawClient.frame(0x82, bytes));
            webSocket.expect(answer, "binary " + HexFormat.of().formatHex(bytes));
        }
        String session = RawClient.joinPolling(engine.port());
        String base64 = "b" + Base64.getEncoder().encodeToString(bytes);
        assertEquals("200 ok", client.post(session, event + "|" + base64).shown());
        assertEquals("200 " + answer + "|" + base64, client.get(session).shown());
        // The attachment may also come later.
        assertEquals("200 ok", client.post(session, event).shown());
        assertEquals("200 ok", client.post(session, base64).shown());
        assertEquals("200 " + answer + "|" + base64, client.get(session).shown());
    }

    @Test
    void oneBroadcastReachesEachTransportInItsOwnForm() {
        String session = RawClient.joinPolling(engine.port());
        try (RawClient webSocket = RawClient.join(engine.port())) {
            engine.namespace("/").emit("bytes", new byte[] {1, 2, 3}, "and text");
            String text = "451-[\"bytes\"," + PLACEHOLDER + ",\"and text\"]";
            webSocket.expect(text, "binary 010203");
            assertEquals("200 " + text + "|bAQID", client.get(session).shown());
        }
    }

    // ---- many

    private static Socket onlySocket() {
        return engine.namespace("/").sockets().iterator().next();
    }

    @Test
    void whatGathersBetweenTwoPollsComesInOnePayload() {
        String session = RawClient.joinPolling(engine.port());
        Eventually.equal(0L, () -> onlySocket().bufferedBytes()); // the server is done with the answer to the CONNECT
        assertEquals("200 ok", client.post(session, "420[\"numbers\",3]").shown());
        Eventually.holds("all is queued", () -> onlySocket().bufferedBytes() >= 4 * 64);
        assertEquals(
                "200 42[\"number\",0]|42[\"number\",1]|42[\"number\",2]|430[]",
                client.get(session).shown());
    }

    @Test
    void heartbeatsAreNotStarvedByLargeMessages() throws Exception {
        BlockingQueue<DisconnectReason> ends = new LinkedBlockingQueue<>();
        try (Engine busy = Engine.builder()
                        .port(0)
                        .limits(limits -> limits.maxBuffered(32 << 20))
                        .pingInterval(Duration.ofMillis(100))
                        .pingTimeout(Duration.ofSeconds(20))
                        .namespace("/")
                        .on("many", Integer.class, (socket, count) -> {
                            String large = "x".repeat(64 * 1024);
                            for (int i = 0; i < count; i++) {
                                socket.emit("large", i, large);
                            }
                            return Ack.empty();
                        })
                        .onDisconnect((socket, reason) -> ends.add(reason))
                        .start();
                RawClient polling = RawClient.connect(busy.port())) {
            // The first ping may come before the answer to the CONNECT, or behind the last message.
            try (RawClient webSocket = RawClient.open(busy.port())) {
                webSocket.send("40");
                assertPingsComeBetween(100, webSocket::next, webSocket::send);
                webSocket.leaveWebSocket();
            }
            assertEquals(DisconnectReason.TRANSPORT_CLOSE, ends.take());
            String session = POLLING + "&sid=" + RawClient.handshake(busy.port());
            assertEquals("200 ok", polling.post(session, "40").shown());
            List<String> packets = new ArrayList<>();
            assertPingsComeBetween(
                    100,
                    () -> {
                        if (packets.isEmpty()) {
                            packets.addAll(List.of(polling.get(session).body().split("\u001e")));
                        }
                        return packets.remove(0);
                    },
                    packet ->
                            assertEquals("200 ok", polling.post(session, packet).shown()));
            assertEquals(0, ends.size());
        }
    }

    /** Asks for messages until two pings have come, and sees all of them. */
    private static void assertPingsComeBetween(int count, Supplier<String> next, Consumer<String> send) {
        int pings = 0;
        while (pings < 2) {
            send.accept("42[\"many\"," + count + "]");
            for (int i = 0; i < count; ) {
                String packet = next.get();
                if (packet.equals("2")) {
                    send.accept("3");
                    pings++;
                } else if (!packet.startsWith("40")) {
                    assertEquals(true, packet.startsWith("42[\"large\"," + i + ",\"xxx"));
                    i++;
                }
            }
        }
    }

    // ---- across the upgrade

    @Test
    void nothingIsLostDoubledOrOvertakenAcrossTheUpgrade() throws Exception {
        for (int round = 0; round < 10; round++) {
            acrossTheUpgrade();
        }
    }

    /** 50 + 50 messages each way, as a stock client sends them: it stops polling and posting before its upgrade packet. */
    private void acrossTheUpgrade() throws Exception {
        events.clear();
        String session = RawClient.joinPolling(engine.port());
        Eventually.equal(1, () -> engine.namespace("/").sockets().size());
        Socket socket = engine.namespace("/").sockets().iterator().next();
        List<String> received = new ArrayList<>();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 100; i++) {
                socket.emit("down", i);
                LockSupport.parkNanos(10_000);
            }
        });
        try (RawClient posts = RawClient.connect(engine.port());
                RawClient webSocket = RawClient.upgrade(engine.port(), session.replace("polling", "websocket"))) {
            webSocket.send("2probe");
            for (int i = 0; i < 50; i++) {
                assertEquals(
                        "200 ok", posts.post(session, "42[\"up" + i + "\"]").shown());
            }
            // The last poll is answered with a noop, or with what there is.
            received.addAll(List.of(client.get(session).body().split("\u001e")));
            webSocket.expect("3probe").send("5");
            for (int i = 50; i < 100; i++) {
                webSocket.send("42[\"up" + i + "\"]");
            }
            webSocket.send("420[\"echo\"]");
            sending.join();
            webSocket.send("421[\"echo\"]");
            for (String packet = webSocket.next(); !packet.equals("431[]"); packet = webSocket.next()) {
                received.add(packet);
            }
        }
        received.removeIf(packet -> packet.equals("6") || packet.equals("430[]"));
        assertEquals(
                IntStream.range(0, 100).mapToObj(i -> "42[\"down\"," + i + "]").collect(Collectors.toList()), received);
        List<String> handled = new ArrayList<>(events);
        handled.removeIf(event -> !event.startsWith("up"));
        assertEquals(IntStream.range(0, 100).mapToObj(i -> "up" + i).collect(Collectors.toList()), handled);
    }

    @Test
    void whatIsSentWhileAPollWaitsForTheUpgradeLeavesWithThePoll() {
        String session = RawClient.joinPolling(engine.port());
        long before = System.nanoTime();
        client.write(head("GET", session));
        try (RawClient webSocket = RawClient.upgrade(engine.port(), session.replace("polling", "websocket"))) {
            webSocket.send("2probe").expect("3probe");
            engine.namespace("/").emit("meanwhile");
            String answer = client.response().shown();
            if (System.nanoTime() - before > Duration.ofMillis(100).toNanos() && answer.equals("200 6")) {
                answer = client.get(session).shown(); // the poll was released before the event came
            }
            assertEquals("200 42[\"meanwhile\"]", answer);
            webSocket.send("5");
            engine.namespace("/").emit("after");
            webSocket.expect("42[\"after\"]");
        }
    }

    // ---- what is not spoken

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate; server_no_context_takeover, x-webkit-deflate-frame",
                "constructor",
                "__proto__",
                "identity",
                "@validation"
            })
    void noExtensionIsNegotiated(String extensions) {
        try (RawClient webSocket = RawClient.connect(engine.port())) {
            webSocket.write(RawClient.upgradeRequest(WEBSOCKET, "Sec-WebSocket-Extensions: " + extensions));
            Response response = webSocket.response();
            assertEquals(101, response.status());
            assertEquals(null, response.header("Sec-WebSocket-Extensions"));
            assertEquals('0', webSocket.next().charAt(0));
            webSocket.send("40");
            RawClient.assertConnected(webSocket.next());
        }
    }

    // ---- packets that say nothing

    @Test
    void packetsThatOnlyAServerSendsAreIgnored() {
        try (RawClient webSocket = RawClient.join(engine.port())) {
            for (String packet : List.of("0", "0{\"sid\":\"x\"}", "5", "6", "3", "3probe")) {
                webSocket.send(packet);
            }
            webSocket.send("420[\"echo\"]").expect("430[]");
        }
        String session = RawClient.joinPolling(engine.port());
        assertEquals("200 ok", client.post(session, "0|5|6|3|420[\"echo\"]").shown());
        assertEquals("200 430[]", client.get(session).shown());
    }

    @Test
    void aFloodOfPongsSetsNoTimers() {
        try (RawClient webSocket = RawClient.join(engine.port())) {
            int before = Holdings.of(engine).timers();
            byte[] pong = RawClient.textFrame("3");
            byte[] pongs = new byte[pong.length * 10_000];
            for (int i = 0; i < pongs.length; i++) {
                pongs[i] = pong[i % pong.length];
            }
            webSocket.write(pongs).send("420[\"echo\"]").expect("430[]");
            Eventually.holds("no timers are left", () -> Holdings.of(engine).timers() <= before + 1);
        }
    }

    @Test
    void theFirstMessageMayComeRightBehindTheUpgrade() {
        client.write(RawClient.join(
                RawClient.upgradeRequest(WEBSOCKET).getBytes(ISO_8859_1),
                RawClient.textFrame("40"),
                RawClient.textFrame("420[\"echo\",1]")));
        assertEquals(101, client.response().status());
        assertEquals('0', client.next().charAt(0));
        RawClient.assertConnected(client.next());
        client.expect("430[1]");
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() {
        String session = RawClient.joinPolling(engine.port());
        client.write(head("GET", session));
        byte[] body = "1".getBytes(UTF_8);
        client.write(RawClient.join(
                head("GET", POLLING + "&sid=unknown").getBytes(ISO_8859_1),
                head("POST", POLLING + "&sid=unknown", "Content-Length: 1").getBytes(ISO_8859_1),
                body));
        engine.namespace("/").emit("answer");
        assertEquals("200 42[\"answer\"]", client.response().shown());
        assertEquals(
                "400 {\"code\":1,\"message\":\"Session ID unknown\"}",
                client.response().shown());
        assertEquals(
                "400 {\"code\":1,\"message\":\"Session ID unknown\"}",
                client.response().shown());
        assertEquals("200 ok", client.post(session, "420[\"echo\"]").shown());
        assertEquals("200 430[]", client.get(session).shown());
    }
}
