package io.gangway.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Ack;
import io.gangway.Arguments;
import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.Socket;
import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Megabytes of JSON and binary data, both ways, on both transports. */
class LargePayloadTest {
    private static final int SIZE = 4_000_000;
    private static final String PLACEHOLDER = "{\"_placeholder\":true,\"num\":0}";

    private final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
    private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
    private Engine engine;

    private void start(int maxPayload) {
        engine = Engine.builder()
                .port(0)
                .maxPayload(maxPayload)
                .namespace("/")
                .onConnect(sockets::add)
                .onDisconnect((socket, reason) -> reasons.add(reason))
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .on("values", (socket, arguments) -> Ack.of(arguments.values().toArray()))
                .start();
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void megabytesOfTextComeAndGo() {
        start(2 * SIZE);
        WireClient client = WireClient.join(engine.port());
        String text = "\u00fc\u20ac\ud83d\ude00x".repeat(SIZE / 10);
        client.send("420[\"echo\",\"" + text + "\"]").expect("430[\"" + text + "\"]");
        client.send("420[\"values\",\"" + text + "\"]")
                .expect("430[\"" + text + "\"]")
                .close();
    }

    @Test
    void megabytesOfStructureComeAndGo() {
        start(2 * SIZE);
        WireClient client = WireClient.join(engine.port());
        String json = IntStream.range(0, SIZE / 40)
                .mapToObj(i -> "{\"id\":" + i + ",\"tags\":[\"a\",null,true]}")
                .collect(Collectors.joining(",", "[", "]"));
        client.send("420[\"values\"," + json + "]").expect("430[" + json + "]").close();
    }

    @Test
    void megabytesOfBinaryComeAndGo() {
        start(2 * SIZE);
        WireClient client = WireClient.join(engine.port());
        byte[] bytes = new byte[SIZE];
        new Random(1).nextBytes(bytes);
        client.send("451-0[\"values\"," + PLACEHOLDER + "]").send(bytes);
        client.expect("461-0[" + PLACEHOLDER + "]", "binary " + HexFormat.of().formatHex(bytes))
                .close();
    }

    @Test
    void megabytesComeAndGoOverPolling() {
        start(2 * SIZE);
        PollingClient client = PollingClient.join(engine.port());
        String text = "\u00fc\u20acx".repeat(SIZE / 10);
        client.post("420[\"echo\",\"" + text + "\"]");
        assertEquals("430[\"" + text + "\"]", client.poll());
        String base64 = "AAEC".repeat(SIZE / 8);
        client.post("451-0[\"values\"," + PLACEHOLDER + "]|b" + base64);
        StringBuilder received = new StringBuilder(client.poll());
        while (received.indexOf("|b") < 0) {
            received.append('|').append(client.poll());
        }
        assertEquals("461-0[" + PLACEHOLDER + "]|b" + base64, received.toString());
        client.post("1");
    }

    @Test
    void aMessageAsLargeAsAllowedIsTakenAndALargerOneIsNot() throws Exception {
        start(100_000);
        WireClient client = WireClient.join(engine.port());
        String frame = "420[\"echo\",\"\"]";
        String fits = "x".repeat(100_000 - frame.length());
        client.send("420[\"echo\",\"" + fits + "\"]").expect("430[\"" + fits + "\"]");
        client.send("420[\"echo\",\"" + fits + "x\"]").expectClosed();
        assertEquals(DisconnectReason.TRANSPORT_ERROR, reasons.poll(10, TimeUnit.SECONDS));
        WireClient binary = WireClient.join(engine.port());
        binary.send("451-0[\"values\"," + PLACEHOLDER + "]").send(new byte[100_000]);
        binary.expect("461-0[" + PLACEHOLDER + "]", "binary " + "00".repeat(100_000));
        binary.send("451-0[\"values\"," + PLACEHOLDER + "]").send(new byte[100_001]);
        binary.expectClosed();
    }

    @Test
    void anEmitLargerThanMayWaitIsNotSlowWhileTheClientReads() throws Exception {
        start(1_000_000);
        WireClient client = WireClient.join(engine.port());
        Socket socket = sockets.poll(10, TimeUnit.SECONDS);
        String text = "x".repeat(8_000_000);
        socket.emit("large", text);
        client.expect("42[\"large\",\"" + text + "\"]");
        byte[] bytes = new byte[8_000_000];
        socket.emit("large", List.of(bytes, Map.of("b", bytes)));
        client.expect("452-[\"large\",[" + PLACEHOLDER + ",{\"b\":{\"_placeholder\":true,\"num\":1}}]]");
        String hex = "binary " + HexFormat.of().formatHex(bytes);
        client.expect(hex, hex);
        assertEquals(0, reasons.size());
        client.close();
    }

    @Test
    void aLargeAnswerOverALargeQuestionIsNotSlow() throws Exception {
        start(SIZE);
        WireClient client = WireClient.join(engine.port());
        Socket socket = sockets.poll(10, TimeUnit.SECONDS);
        byte[] bytes = new byte[2_000_000];
        new Random(2).nextBytes(bytes);
        CompletableFuture<Arguments> answer = socket.emitWithAck("question", (Object) bytes);
        client.expect(
                "451-0[\"question\"," + PLACEHOLDER + "]",
                "binary " + HexFormat.of().formatHex(bytes));
        client.send("461-0[" + PLACEHOLDER + "]").send(bytes);
        assertEquals(2_000_000, answer.get(10, TimeUnit.SECONDS).get(0, byte[].class).length);
        client.close();
    }
}
