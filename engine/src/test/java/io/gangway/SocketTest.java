package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.gangway.clients.PollingClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one socket sends and receives. */
class SocketTest {
    private final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
    private Engine engine;
    private WireClient client;
    private Socket socket;

    @BeforeEach
    void start() throws InterruptedException {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .onConnect(sockets::add)
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .on("values", (socket, arguments) -> Ack.of(arguments.values().toArray()))
                .on("message", (socket, arguments) -> Ack.of("message"))
                .start();
        client = WireClient.join(engine.port());
        socket = sockets.poll(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() {
        client.close();
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"text\"",
                "null",
                "true",
                "0",
                "-1.5",
                "\"\"",
                "[]",
                "{}",
                "\"\u00fc\u20ac\ud83d\ude00\"",
                "\"\\u0000\\u001f\"",
                "{\"a\":[1,{\"b\":null}]}",
                "\"\u2028\u2029\"",
                "\"utf-8: I\u00f1t\u00ebrn\u00e2ti\u00f4n\""
            })
    void everyKindOfValueComesAndGoes(String json) {
        client.send("420[\"echo\"," + json + "]").expect("430[" + json + "]");
        client.send("421[\"values\"," + json + "]");
        // Decoded and written anew, it is the same JSON, but for line separators, which Gson always escapes.
        client.expect("431[" + json.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "]");
    }

    @Test
    void bytesAreSentAtAnyDepthAmongText() {
        socket.emit(
                "x",
                "text",
                Map.of("deep", List.of(Map.of("bytes", new byte[] {1}))),
                ByteBuffer.wrap(new byte[] {0, 2, 3}, 1, 2),
                new byte[0]);
        client.expect(
                "453-[\"x\",\"text\",{\"deep\":[{\"bytes\":{\"_placeholder\":true,\"num\":0}}]},"
                        + "{\"_placeholder\":true,\"num\":1},{\"_placeholder\":true,\"num\":2}]",
                "binary 01",
                "binary 0203",
                "binary ");
    }

    @Test
    void anEventWithoutArgumentsIsItsNameAlone() {
        socket.emit("x");
        socket.emit("");
        socket.emit("quotes \" and \\ \n");
        client.expect("42[\"x\"]", "42[\"\"]", "42[\"quotes \\\" and \\\\ \\n\"]");
    }

    @Test
    void sendOfAStockClientIsTheEventMessage() {
        client.send("420[\"message\",\"hi\"]").expect("430[\"message\"]");
    }

    @Test
    void emitsArriveInTheirOrder() {
        for (int i = 0; i < 500; i++) {
            switch (i % 3) {
                case 0 -> socket.emit("x", i);
                case 1 -> engine.namespace("/").emit("x", i);
                default -> engine.namespace("/").to(socket.id()).emit("x", i);
            }
        }
        for (int i = 0; i < 500; i++) {
            client.expect("42[\"x\"," + i + "]");
        }
    }

    @Test
    void answersAndEmitsOfOneHandlerKeepTheirOrder() {
        try (Engine other = Engine.builder()
                .port(0)
                .namespace("/")
                .on("x", (socket, arguments) -> {
                    socket.emit("before");
                    return Ack.of("answer");
                })
                .start()) {
            WireClient second = WireClient.join(other.port());
            for (int i = 0; i < 200; i++) {
                second.send("42" + i + "[\"x\"]");
            }
            for (int i = 0; i < 200; i++) {
                second.expect("42[\"before\"]", "43" + i + "[\"answer\"]");
            }
            second.close();
        }
    }

    @Test
    void aSocketSaysWhichTransportItUses() throws Exception {
        assertEquals("websocket", socket.transport());
        PollingClient polling = PollingClient.join(engine.port());
        Socket other = sockets.poll(10, TimeUnit.SECONDS);
        assertEquals("polling", other.transport());
        polling.post("1");
    }

    @Test
    void aSocketThatHasLeftTakesEmitsAndDropsThem() {
        client.send("41");
        Eventually.holds("it has left", () -> !socket.isConnected());
        socket.emit("into the void");
        socket.lossy().emit("into the void");
        socket.disconnect();
        socket.leave("a");
        client.joinNamespace("/");
        client.send("420[\"echo\"]").expect("430[]");
    }

    @Test
    void aLossyEventToAnIdleClientArrives() {
        Eventually.holds("it is idle", socket::isWritable);
        socket.lossy().emit("x", 1);
        client.expect("42[\"x\",1]");
        Eventually.holds("it is idle", socket::isWritable);
        socket.lossy().emit("x", (Object) new byte[] {2});
        client.expect("451-[\"x\",{\"_placeholder\":true,\"num\":0}]", "binary 02");
    }

    @Test
    void aClientThatDoesNotReadLosesLossyEventsAndNoRegularOnes() {
        client.stopReading();
        String padding = "x".repeat(20_000);
        int filled = 0;
        do {
            while (socket.bufferedBytes() < 300_000) {
                socket.emit("fill", filled++, padding); // until the network takes no more
            }
        } while (Eventually.settles(socket::bufferedBytes) < 300_000);
        assertFalse(socket.isWritable());
        for (int i = 0; i < 50; i++) {
            socket.lossy().emit("lossy", i);
        }
        socket.emit("regular");
        client.readOn();
        for (int i = 0; i < filled; i++) {
            client.expect("42[\"fill\"," + i + ",\"" + padding + "\"]");
        }
        client.expect("42[\"regular\"]");
        Eventually.holds("all has been written", socket::isWritable);
        assertEquals(0, socket.bufferedBytes());
        socket.lossy().emit("lossy again");
        client.expect("42[\"lossy again\"]");
    }
}
