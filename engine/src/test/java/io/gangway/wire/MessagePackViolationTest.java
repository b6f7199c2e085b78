package io.gangway.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.Holdings;
import io.gangway.clients.WireClient;
import io.gangway.testing.CleanLog;
import io.gangway.testing.Eventually;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who breaks the protocol in MessagePack is closed like others: cleanly, at once, and alone. In hex, but for keys. */
class MessagePackViolationTest {
    private static final String PACKET = "83 type 02 nsp / data ";

    private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @RegisterExtension
    private final CleanLog log = new CleanLog();

    private Engine engine;
    private WireClient bystander;
    private WireClient client;

    @BeforeEach
    void start() {
        engine = Engine.builder()
                .port(0)
                .namespace("/")
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .onAny(event -> events.add(event.name()))
                .onDisconnect((socket, reason) -> reasons.add(reason))
                .namespace("/bystander")
                .on("echo", (socket, arguments) -> Ack.of(arguments))
                .start();
        bystander = open("/bystander");
        client = open("/");
    }

    private WireClient open(String namespace) {
        WireClient opened = WireClient.open(engine.port());
        opened.send(packet("82 type 00 nsp " + namespace));
        String connected = opened.next();
        assertTrue(connected.startsWith("binary 83a474797065"), connected);
        return opened;
    }

    @AfterEach
    void nobodyElseNoticed() {
        bystander.send(packet("84 type 02 nsp /bystander id 07 data 92 echo 01"));
        bystander.expect("binary " + HexFormat.of().formatHex(packet("84 type 03 nsp /bystander id 07 data 91 01")));
        client.close();
        bystander.close();
        engine.close();
    }

    private static byte[] packet(String notation) {
        StringBuilder hex = new StringBuilder();
        for (String word : notation.split(" ")) {
            boolean text = word.startsWith("/") || word.matches("type|nsp|data|id|echo|connect");
            hex.append(
                    text
                            ? String.format("%02x", 0xa0 | word.length())
                                    + HexFormat.of().formatHex(word.getBytes(US_ASCII))
                            : word);
        }
        return HexFormat.of().parseHex(hex);
    }

    private void assertClosed() throws InterruptedException {
        client.expect("closed 1002");
        assertEquals(DisconnectReason.PARSE_ERROR, reasons.poll(10, TimeUnit.SECONDS));
        Eventually.equal(1, () -> Holdings.of(engine).clients());
        assertEquals(0, reasons.size(), "disconnect was told more than once");
        assertEquals(0, events.size(), () -> "handled: " + events);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c1",
                "80",
                PACKET + "ddffffffff", // more elements, entries or bytes than there are
                PACKET + "92 echo df7fffffff",
                PACKET + "92 echo c6ffffffff",
                PACKET + "92 echo db7fffffff",
                PACKET + "92 echo c9ffffffff 00",
                PACKET + "91 echo 00", // bytes behind the packet
                PACKET + "80", // data of another type
                "82 type 02 nsp /",
                "83 type 05 nsp / data 90", // an unknown type
                "83 type 04 nsp / data a0", // CONNECT_ERROR
                "83 type 01 nsp / data 90", // DISCONNECT with data
                "83 type 02 nsp 01 data 90",
                "83 type 02 nsp /nowhere data 91 echo",
                "84 type 02 nsp / data 91 echo id a0",
                "82 type 00 nsp /", // the second CONNECT
                PACKET + "92 echo 81 01 01", // a key that is no string
                PACKET + "92 echo a1 ff", // no UTF-8
                PACKET + "92 echo c7ff01 00", // declared lengths of an extension, of text, of a list, of binary data
                PACKET + "92 echo d601 00",
                PACKET + "92 echo da00ff 61",
                PACKET + "92 echo dc00ff 01",
                PACKET + "92 echo c500ff 00",
                "84 type 02 nsp / data 91 echo id cf0020000000000000", // 2^53
                "84 type 02 nsp / data 91 echo id ff",
                "84 type 02 nsp / data 91 echo id cb3ff8000000000000",
                "84 type 03 nsp / data 90 id cf0020000000000000",
                PACKET + "90",
                PACKET + "91 connect",
                PACKET + "9c echo c400 c400 c400 c400 c400 c400 c400 c400 c400 c400 c400",
            })
    void endsTheConnection(String notation) throws Exception {
        client.send(packet(notation));
        assertClosed();
    }

    @Test
    void nestingTooDeepEndsTheConnection() throws Exception {
        client.send(packet(PACKET + "92 echo " + "91".repeat(300) + " c0"));
        assertClosed();
    }

    @Test
    void nestingWithoutEndEndsTheConnection() throws Exception {
        client.send(packet(PACKET + "92 echo " + "91".repeat(400_000) + " c0"));
        assertClosed();
    }

    @Test
    void aTextMessageEndsTheConnection() throws Exception {
        client.send("42[\"echo\",1]");
        assertClosed();
    }

    @Test
    void aPacketToAClientOfJsonEndsItsConnection() throws Exception {
        client.close();
        assertEquals(DisconnectReason.TRANSPORT_CLOSE, reasons.poll(10, TimeUnit.SECONDS));
        client = WireClient.join(engine.port());
        client.send(packet(PACKET + "91 echo"));
        assertClosed();
    }

    @Test
    void anAckThatNobodyAwaitsIsIgnored() {
        client.send(packet("84 type 03 nsp / id 05 data 90"));
        client.send(packet("84 type 03 nsp / data 91 c0 id cf001fffffffffffff"));
        client.send(packet("84 type 02 nsp / id 05 data 91 echo"));
        client.expect("binary " + HexFormat.of().formatHex(packet("84 type 03 nsp / id 05 data 90")));
    }

    @Test
    void aRepeatedKeyCountsByItsLastValue() {
        client.send(packet("86 type 09 type 02 id a0 id 05 nsp / data 92 echo 82 a161 01 a161 02"));
        client.expect(
                "binary " + HexFormat.of().formatHex(packet("84 type 03 nsp / id 05 data 91 82 a161 01 a161 02")));
        client.send(packet("82 type 01 nsp /"));
        Eventually.equal(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT, reasons::peek);
    }
}
