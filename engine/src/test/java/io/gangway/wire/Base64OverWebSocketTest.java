package io.gangway.wire;

import static io.gangway.clients.RawClient.POLLING;
import static io.gangway.clients.RawClient.WEBSOCKET;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.Ack;
import io.gangway.Engine;
import io.gangway.clients.RawClient;
import io.gangway.testing.CleanLog;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients with the option {@code forceBase64} send binary data over a WebSocket as text, and are sent it so. */
class Base64OverWebSocketTest {
    private static final int MAX_PAYLOAD = 1_000;
    private static final String ANNOUNCED = "451-0[\"length\",{\"_placeholder\":true,\"num\":0}]";

    @RegisterExtension
    private final CleanLog log = new CleanLog();

    private Engine engine;

    @BeforeEach
    void start() {
        engine = Engine.builder()
                .port(0)
                .maxPayload(MAX_PAYLOAD)
                .namespace("/")
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .on("length", (socket, arguments) -> Ack.of(arguments.get(0, byte[].class).length))
                .start();
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void aTextThatBeginsWithBIsABinaryPacket() {
        try (RawClient client = RawClient.join(engine.port())) {
            client.send("451-0[\"echo\",{\"_placeholder\":true,\"num\":0}]").send("bAQID");
            client.expect("461-0[{\"_placeholder\":true,\"num\":0}]", "binary 010203");
        }
    }

    @Test
    void aClientThatAskedForBase64IsSentTextAlone() {
        try (RawClient client = RawClient.upgrade(engine.port(), WEBSOCKET + "&b64=1")) {
            assertEquals('0', client.next().charAt(0));
            client.send("40");
            RawClient.assertConnected(client.next());
            byte[] bytes = {1, 2, 3};
            engine.namespace("/").emit("file", bytes, new byte[0], "text");
            client.expect(
                    "452-[\"file\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1},\"text\"]",
                    "bAQID",
                    "b");
            engine.namespace("/").emit("plain", "text");
            client.expect("42[\"plain\",\"text\"]");
        }
    }

    @Test
    void afterTheUpgradeToo() {
        String session = RawClient.joinPolling(engine.port());
        String webSocket = session.replace("transport=polling", "transport=websocket") + "&b64=1";
        try (RawClient poll = RawClient.connect(engine.port());
                RawClient client = RawClient.upgrade(engine.port(), webSocket)) {
            client.send("2probe").expect("3probe");
            client.send("5");
            client.send("451-0[\"echo\",{\"_placeholder\":true,\"num\":0}]").send("bAQID");
            client.expect("461-0[{\"_placeholder\":true,\"num\":0}]", "bAQID");
            assertEquals(400, poll.get(session).status());
        }
    }

    @Test
    void aBinaryPacketIsNoProbe() {
        String session = POLLING + "&sid=" + RawClient.handshake(engine.port());
        try (RawClient client =
                RawClient.upgrade(engine.port(), session.replace("transport=polling", "transport=websocket"))) {
            client.send("bAQID").expectClosed(1002);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"b*", "bAQI-", "bA", "b====", "bAQ=D", "b\u00e9"})
    void whatIsNoBase64EndsTheConnection(String packet) {
        try (RawClient client = RawClient.join(engine.port())) {
            client.send(ANNOUNCED).send(packet).expectClosed(1002);
        }
    }

    @Test
    void base64ThatWasNotAnnouncedEndsTheConnection() {
        try (RawClient client = RawClient.join(engine.port())) {
            client.send("bAQID").expectClosed(1002);
        }
    }

    @Test
    void maxPayloadCountsTheDataAndNotItsBase64() {
        try (RawClient client = RawClient.join(engine.port())) {
            client.send(ANNOUNCED).send(base64(MAX_PAYLOAD)).expect("430[" + MAX_PAYLOAD + "]");
            client.send(ANNOUNCED).send(base64(MAX_PAYLOAD + 1)).expectClosed(1002);
        }
        try (RawClient client = RawClient.join(engine.port())) {
            client.send(ANNOUNCED).send(base64(MAX_PAYLOAD + 3));
            assertEquals("closed 1009", client.next().substring(0, 11));
        }
        try (RawClient client = RawClient.join(engine.port())) {
            client.send("4" + "x".repeat(MAX_PAYLOAD));
            assertEquals("closed 1009", client.next().substring(0, 11), "other text has its old limit");
        }
    }

    private static String base64(int length) {
        return "b" + Base64.getEncoder().encodeToString(new byte[length]);
    }
}
