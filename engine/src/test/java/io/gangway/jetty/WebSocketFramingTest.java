package io.gangway.jetty;

import static io.gangway.clients.RawClient.WEBSOCKET;
import static io.gangway.clients.RawClient.closeFrame;
import static io.gangway.clients.RawClient.frame;
import static io.gangway.clients.RawClient.join;
import static io.gangway.clients.RawClient.textFrame;
import static io.gangway.clients.RawClient.upgradeRequest;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Ack;
import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.Holdings;
import io.gangway.clients.RawClient;
import io.gangway.testing.CleanLog;
import io.gangway.testing.Eventually;
import io.gangway.testing.TimeBound;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
 * RFC 6455 in raw bytes. Who breaks it is closed with a Close frame it can read; {@code disconnect} is told once, nothing is
 * logged above INFO, and another client notices nothing.
 */
class WebSocketFramingTest {
    private static final int TEXT = 0x81;
    private static final int BINARY = 0x82;
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;
    private static final int PONG = 0x8a;
    private static final int TEXT_BEGINS = 0x01;
    private static final int BINARY_BEGINS = 0x02;
    private static final int GOES_ON = 0x00;
    private static final int ENDS = 0x80;

    private static final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
    /** Sockets whose disconnect handler has not run. */
    private static final AtomicInteger present = new AtomicInteger();

    private static Engine engine;
    private static RawClient bystander;

    @RegisterExtension
    private final CleanLog log = new CleanLog();

    private RawClient client;
    private volatile long written;

    @BeforeAll
    static void start() {
        engine = Engine.builder()
                .port(0)
                .pingInterval(Duration.ofMinutes(10)) // nobody here answers pings, and the bystander stays for long
                .namespace(
                        "/",
                        chat -> chat.on(
                                        "echo",
                                        (socket, arguments) ->
                                                Ack.of(arguments.values().toArray()))
                                .onConnect(socket -> present.incrementAndGet())
                                .onDisconnect((socket, reason) -> {
                                    reasons.add(reason);
                                    present.decrementAndGet();
                                }))
                .namespace("/bystander", other -> other.on("echo", (socket, arguments) -> Ack.empty()))
                .start();
        bystander = RawClient.open(engine.port()).send("40/bystander,");
        bystander.next();
    }

    @AfterAll
    static void stop() {
        bystander.close();
        engine.close();
    }

    @BeforeEach
    void connect() {
        forgetReasons();
        enter();
    }

    @AfterEach
    void nobodyElseNoticed() {
        client.close();
        bystander.send("42/bystander,7[\"echo\"]").expect("43/bystander,7[]");
        Eventually.equal(1, () -> Holdings.of(engine).sessions());
        assertEquals(true, reasons.size() <= 1, () -> "told more than once: " + reasons);
    }

    private void assertBreaks(int code, byte[]... frames) throws InterruptedException {
        byte[] bytes = join(frames);
        client.write(bytes).expectClosed(code);
        DisconnectReason told = reasons.poll(10, TimeUnit.SECONDS);
        // The client has closed, too, and that may be noticed before Jetty tells why it has.
        assertEquals(
                true, told == DisconnectReason.TRANSPORT_ERROR || told == DisconnectReason.TRANSPORT_CLOSE, told + "");
        // The same in the segment that asks for the upgrade: CVE-2022-21676.
        try (RawClient hasty = RawClient.connect(engine.port())) {
            hasty.write(join(upgradeRequest(WEBSOCKET).getBytes(ISO_8859_1), bytes));
            assertEquals(101, hasty.response().status());
            // The open packet may have been on its way, or not.
            String first = hasty.next();
            if (first.startsWith("0")) {
                hasty.expectClosed(code);
            } else {
                assertEquals("closed " + code, first.substring(0, Math.min(11, first.length())), first);
            }
        }
    }

    private void assertAlive() {
        client.send("421[\"echo\",\"still here\"]").expect("431[\"still here\"]");
        assertEquals(0, reasons.size());
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    // ---- frames that are none

    static Stream<Arguments> malformedFrames() {
        return Stream.of(
                Arguments.of("RSV1 set", frame(0xc1, (byte) '3')),
                Arguments.of("RSV1 set on binary, as in CVE-2022-21676", bytes("c2 80 00 00 00 00")),
                Arguments.of("RSV2 set", frame(0xa1, (byte) '3')),
                Arguments.of("RSV3 set", frame(0x91, (byte) '3')),
                Arguments.of("all RSV set", frame(0xf1, (byte) '3')),
                Arguments.of("RSV1 set on a ping", frame(0xc9)),
                Arguments.of("RSV1 set on a continuation", join(frame(TEXT_BEGINS, (byte) '4'), frame(0xc0))),
                Arguments.of("not masked", bytes("81 01 33")),
                Arguments.of("not masked and empty", bytes("81 00")),
                Arguments.of("a ping that is not masked", bytes("89 00")),
                Arguments.of("opcode 3", frame(0x83)),
                Arguments.of("opcode 4", frame(0x84)),
                Arguments.of("opcode 7", frame(0x87)),
                Arguments.of("opcode 11", frame(0x8b)),
                Arguments.of("opcode 15", frame(0x8f)),
                Arguments.of("opcode 3 with a huge length", frame(0x83, Long.MAX_VALUE)),
                Arguments.of("a continuation of nothing", frame(GOES_ON, (byte) '3')),
                Arguments.of("the end of nothing", frame(ENDS, (byte) '3')),
                Arguments.of("a message within a message", join(frame(TEXT_BEGINS, (byte) '4'), textFrame("3"))),
                Arguments.of(
                        "binary within text", join(frame(TEXT_BEGINS, (byte) '4'), frame(BINARY_BEGINS, (byte) 1))),
                Arguments.of("a continuation behind a whole message", join(textFrame("3"), frame(ENDS))),
                Arguments.of("a fragmented ping", frame(0x09)),
                Arguments.of("a fragmented pong", frame(0x0a)),
                Arguments.of("a fragmented Close", frame(0x08, (byte) 3, (byte) 0xe8)),
                Arguments.of("a ping of 126 bytes", frame(PING, new byte[126])),
                Arguments.of("a pong of 126 bytes", frame(PONG, new byte[126])),
                Arguments.of("a Close of 126 bytes", frame(CLOSE, closePayload(1000, "x".repeat(124)))),
                Arguments.of("a Close of one byte", frame(CLOSE, (byte) 3)));
    }

    private static byte[] closePayload(int code, String reason) {
        return join(new byte[] {(byte) (code >> 8), (byte) code}, reason.getBytes(UTF_8));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedFrames")
    void aMalformedFrameEndsTheConnection(String what, byte[] frames) throws Exception {
        assertBreaks(1002, frames);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 999, 1004, 1005, 1006, 1015, 5000, 65_535})
    void aCloseCodeThatMayNotBeSentEndsTheConnection(int code) throws Exception {
        assertBreaks(1002, closeFrame(code));
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999})
    void aCloseIsAnsweredWithItsCode(int code) throws Exception {
        client.write(closeFrame(code)).expectClosed(code);
        assertEquals(DisconnectReason.TRANSPORT_CLOSE, reasons.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void aCloseWithoutACodeIsAnswered() throws Exception {
        client.write(frame(CLOSE)).expect("closed").expectEnd();
        assertEquals(DisconnectReason.TRANSPORT_CLOSE, reasons.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void aCloseMayHaveAReason() throws Exception {
        client.write(frame(CLOSE, closePayload(1000, "x".repeat(123)))).expectClosed(1000);
        assertEquals(DisconnectReason.TRANSPORT_CLOSE, reasons.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void whatComesBehindACloseIsNotRead() throws Exception {
        client.write(join(closeFrame(1000), textFrame("421[\"echo\"]"), frame(0xff)))
                .expectClosed(1000);
        assertEquals(DisconnectReason.TRANSPORT_CLOSE, reasons.poll(10, TimeUnit.SECONDS));
    }

    // ---- UTF-8

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "c0 af",
                "c1 bf",
                "e0 80 af",
                "e0 9f bf",
                "ed a0 80",
                "ed bf bf",
                "f0 80 80 af",
                "f4 90 80 80",
                "f5 80 80 80",
                "fe",
                "ff",
                "e2 98",
                "f0 9f 9a",
                "e2 28 a1",
                "c3 28",
                "34 32 ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64"
            })
    void textThatIsNotUtf8EndsTheConnection(String hex) throws Exception {
        byte[] text = bytes(hex);
        assertBreaks(1007, frame(TEXT, text));
        connectAnew();
        // And in fragments of one byte.
        List<byte[]> fragments = new ArrayList<>();
        for (int i = 0; i < text.length; i++) {
            int opcode = i == 0 ? TEXT_BEGINS : GOES_ON;
            fragments.add(frame(i == text.length - 1 ? opcode | ENDS : opcode, text[i]));
        }
        assertBreaks(1007, fragments.toArray(byte[][]::new));
    }

    @Test
    void aCloseReasonThatIsNotUtf8EndsTheConnection() {
        client.write(frame(CLOSE, (byte) 3, (byte) 0xe8, (byte) 0xc3, (byte) 0x28));
        String frame = client.next();
        assertEquals(true, frame.startsWith("closed 1007") || frame.startsWith("closed 1002"), frame);
    }

    /** Once the handlers of those before have run, for they would tell theirs later. */
    private static void forgetReasons() {
        Eventually.equal(0, present::get);
        reasons.clear();
    }

    private void connectAnew() {
        client.close();
        Eventually.equal(1, () -> Holdings.of(engine).sessions());
        forgetReasons();
        enter();
    }

    /** The client is told before the connect handler runs, which would count it when it has left again. */
    private void enter() {
        client = RawClient.join(engine.port());
        Eventually.equal(1, present::get);
    }

    // ---- fragments

    @Test
    void textMayBeFragmentedWithinACharacter() {
        byte[] text = "421[\"echo\",\"\u00e9\u2603\ud83d\ude80\"]".getBytes(UTF_8);
        for (int cut = 0; cut <= text.length; cut++) {
            client.write(join(
                    frame(TEXT_BEGINS, Arrays.copyOf(text, cut)),
                    frame(ENDS, Arrays.copyOfRange(text, cut, text.length))));
            client.expect("431[\"\u00e9\u2603\ud83d\ude80\"]");
        }
        assertAlive();
    }

    @Test
    void textMayComeByteByByteInFragmentsWithControlFramesBetween() {
        byte[] text = "421[\"echo\",\"\u00e9\u2603\ud83d\ude80\"]".getBytes(UTF_8);
        for (int i = 0; i < text.length; i++) {
            int opcode = i == 0 ? TEXT_BEGINS : GOES_ON;
            client.write(frame(i == text.length - 1 ? opcode | ENDS : opcode, text[i]));
            client.write(frame(PING, (byte) i));
        }
        List<String> received = new ArrayList<>();
        for (int i = 0; i < text.length + 1; i++) {
            received.add(client.next());
        }
        assertEquals(true, received.remove("431[\"\u00e9\u2603\ud83d\ude80\"]"), received::toString);
        for (int i = 0; i < text.length; i++) {
            assertEquals("pong " + HexFormat.of().toHexDigits((byte) i), received.get(i));
        }
        assertAlive();
    }

    @Test
    void binaryMayBeFragmented() {
        client.send("451-1[\"echo\",{\"_placeholder\":true,\"num\":0}]");
        client.write(
                join(frame(BINARY_BEGINS, (byte) 1), frame(GOES_ON), frame(GOES_ON, (byte) 2, (byte) 3), frame(ENDS)));
        client.expect("461-1[{\"_placeholder\":true,\"num\":0}]", "binary 010203");
        assertAlive();
    }

    @Test
    void aFrameMayComeByteByByte() {
        for (byte b : textFrame("421[\"echo\",\"" + "x".repeat(150) + "\"]")) {
            client.write(new byte[] {b});
        }
        client.expect("431[\"" + "x".repeat(150) + "\"]");
    }

    @Test
    void manyFramesMayComeInOneSegment() {
        byte[][] frames = new byte[500][];
        String[] answers = new String[500];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = textFrame("42" + i + "[\"echo\"]");
            answers[i] = "43" + i + "[]";
        }
        client.write(join(frames)).expect(answers);
    }

    @Test
    void aLengthMayTakeMoreBytesThanItNeeds() {
        byte[] packet = textFrame("421[\"echo\"]"); // of 11 bytes
        client.write(join(bytes("81 fe 00 0b"), Arrays.copyOfRange(packet, 2, packet.length)));
        // RFC 6455 wants the shortest form, of which few servers make much.
        String answer = client.next();
        assertEquals(true, answer.equals("431[]") || answer.startsWith("closed 1002"), answer);
    }

    // ---- sizes

    @Test
    void aFrameThatAnnouncesTooMuchEndsTheConnectionOnceItIsPassed() throws Exception {
        byte[] much = new byte[1_000_001];
        Arrays.fill(much, (byte) '4');
        assertBreaks(1009, frame(TEXT, much));
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 31, 1L << 32, Long.MAX_VALUE})
    void aHugeAnnouncedLengthDoesNoHarm(long length) {
        // Nobody knows yet that it is too much: what counts is what comes.
        byte[] begin = frame(BINARY, length, new byte[1000]);
        client.write(begin);
        byte[] more = new byte[100_000];
        String end = writeUntilClosed(more);
        assertEquals(true, end.startsWith("closed 1009") || end.startsWith("closed 1002"), end);
    }

    @Test
    void anAnnouncedLengthBelowZeroEndsTheConnection() {
        client.write(frame(BINARY, -1L));
        String end = client.next();
        assertEquals(true, end.startsWith("closed 1009") || end.startsWith("closed 1002"), end);
    }

    @Test
    void fragmentsThatAreTooMuchTogetherEndTheConnection() {
        client.write(frame(TEXT_BEGINS, (byte) '4'));
        byte[] fragment = frame(GOES_ON, new byte[50_000]);
        assertEquals(
                true,
                writeUntilClosed(fragment).startsWith("closed 1009"),
                "each was small enough, all of them are not");
    }

    @Test
    void tinyFragmentsWithoutEndEndTheConnection() {
        client.write(frame(TEXT_BEGINS, (byte) '4'));
        byte[][] fragments = new byte[1000][];
        Arrays.fill(fragments, frame(GOES_ON));
        assertEquals(true, writeUntilClosed(join(fragments)).startsWith("closed 1008"));
    }

    @Test
    void fragmentsOfOneByteWithoutEndEndTheConnection() {
        client.write(frame(BINARY_BEGINS, (byte) 4));
        byte[][] fragments = new byte[1000][];
        Arrays.fill(fragments, frame(GOES_ON, (byte) 1));
        assertEquals(true, writeUntilClosed(join(fragments)).startsWith("closed 1008"));
    }

    @Test
    void manyMessagesOfFewFragmentsAreNoHarm() {
        byte[] message = join(frame(TEXT_BEGINS), frame(GOES_ON, (byte) '3'), frame(ENDS));
        byte[][] messages = new byte[10_000][];
        Arrays.fill(messages, message);
        client.write(join(messages));
        assertAlive();
    }

    /** Writes the same again and again, and returns what the server says to it. */
    private String writeUntilClosed(byte[] bytes) {
        try {
            for (int i = 0; i < 1_000 && !client.hasMore(); i++) {
                client.write(bytes);
            }
        } catch (UncheckedIOException closed) {
            // What it said can be read all the same.
        }
        return client.next();
    }

    // ---- control frames

    @Test
    void aPingIsAnsweredWithItsPayload() {
        client.write(frame(PING)).expect("pong ");
        client.write(frame(PING, (byte) 1, (byte) 2)).expect("pong 0102");
        byte[] longest = new byte[125];
        Arrays.fill(longest, (byte) 0xab);
        client.write(frame(PING, longest)).expect("pong " + "ab".repeat(125));
        assertAlive();
    }

    @Test
    void anUnaskedPongIsIgnored() {
        client.write(frame(PONG)).write(frame(PONG, (byte) 1));
        assertAlive();
    }

    @Test
    void aFloodOfPingsWithoutReadingIsHeldBack() throws Exception {
        byte[][] pings = new byte[500][];
        Arrays.fill(pings, frame(PING, new byte[125]));
        byte[] many = join(pings);
        long limit = 64 << 20;
        Thread flood = new Thread(() -> {
            try {
                for (long sent = many.length; sent <= limit; sent += many.length) {
                    client.write(many);
                    written = sent;
                }
            } catch (UncheckedIOException cut) {
                // It may also be cut off.
            }
        });
        flood.setDaemon(true);
        flood.start();
        // The server has stopped reading, or has cut the client off, when nothing goes on.
        long before = -1;
        while (flood.isAlive() && before != written) {
            before = written;
            flood.join(500);
        }
        assertEquals(true, written < 16 << 20, written + " bytes were taken, the kernel's buffers included");
        client.close();
        flood.join(10_000);
        assertEquals(false, flood.isAlive());
    }

    // ---- the end

    @Test
    void whoBreaksTheRulesWhileSendingCanStillReadWhy() {
        // To close a socket with unread bytes would be to reset it.
        client.write(join(frame(0x83), new byte[200_000])).expectClosed(1002);
    }

    @Test
    void theHandshakeIsAnsweredAsTheRfcHasIt() {
        try (RawClient other = RawClient.connect(engine.port())) {
            other.write(upgradeRequest(WEBSOCKET, "Sec-WebSocket-Protocol: chat, superchat"));
            RawClient.Response response = other.response();
            assertEquals(101, response.status());
            assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", response.header("Sec-WebSocket-Accept"));
            assertEquals("websocket", response.header("Upgrade").toLowerCase(Locale.ROOT));
            assertEquals("Upgrade", response.header("Connection"));
            assertEquals("chat", response.header("Sec-WebSocket-Protocol"));
        }
    }

    @Test
    void aProtocolHeaderOfManySpacesCostsNoTime() {
        long before = System.nanoTime();
        try (RawClient other = RawClient.connect(engine.port())) {
            other.write(upgradeRequest(WEBSOCKET, "Sec-WebSocket-Protocol: a" + " ".repeat(6_000) + "b"));
            assertEquals(400, other.response().status(), "no token has spaces in it");
        }
        TimeBound.assertWithin(Duration.ofSeconds(1), Duration.ofNanos(System.nanoTime() - before), "the refusal");
    }
}
