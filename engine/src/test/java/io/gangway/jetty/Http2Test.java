package io.gangway.jetty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.gangway.Ack;
import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.clients.PollingClient;
import io.gangway.clients.RawClient;
import io.gangway.testing.CleanLog;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.SettingsFrame;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** In a Jetty that speaks HTTP/2 polls are streams, and WebSockets too: RFC 8441. */
class Http2Test {
    private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();

    @RegisterExtension
    private final CleanLog log = new CleanLog();

    private Engine engine;
    private Server jetty;
    private int port;
    private HTTP2Client http2;
    private Session connection;

    @BeforeEach
    void start() throws Exception {
        engine = Engine.builder()
                .namespace("/")
                .on("echo", (socket, arguments) -> Ack.of(arguments.values().toArray()))
                .onDisconnect((socket, reason) -> reasons.add(reason))
                .build();
        jetty = new Server();
        HttpConfiguration http = new HttpConfiguration();
        ServerConnector connector =
                new ServerConnector(jetty, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
        jetty.addConnector(connector);
        jetty.setHandler(engine.handler());
        jetty.start();
        port = connector.getLocalPort();

        http2 = new HTTP2Client();
        http2.start();
        CountDownLatch settings = new CountDownLatch(1);
        connection = http2.connect(new InetSocketAddress("localhost", port), new Session.Listener() {
                    @Override
                    public void onSettings(Session session, SettingsFrame frame) {
                        settings.countDown();
                    }
                })
                .get(10, TimeUnit.SECONDS);
        assertEquals(true, settings.await(10, TimeUnit.SECONDS), "the server says that it knows RFC 8441");
    }

    @AfterEach
    void stop() throws Exception {
        http2.stop();
        jetty.stop();
    }

    @Test
    void pollingGoesOverHttp2() throws Exception {
        String path = "/socket.io/?EIO=4&transport=polling";
        String open = request("GET", path, null).body();
        String session = path + "&sid=" + RawClient.sidIn(open);
        assertEquals("200 ok", request("POST", session, "40").shown());
        RawClient.assertConnected(request("GET", session, null).body());
        assertEquals("200 ok", request("POST", session, "420[\"echo\",1]").shown());
        assertEquals("200 430[1]", request("GET", session, null).shown());
        assertEquals("200 ok", request("POST", session, "1").shown());
    }

    @Test
    void webSocketsGoOverHttp2() throws Exception {
        Exchange webSocket = webSocket();
        assertEquals(200, webSocket.status());
        assertEquals('0', webSocket.next().charAt(0));
        webSocket.send("40");
        RawClient.assertConnected(webSocket.next());
        webSocket.send("420[\"echo\",1]");
        assertEquals("430[1]", webSocket.next());

        // More than a window of HTTP/2's flow control, and than one write.
        for (int i = 0; i < 50; i++) {
            engine.namespace("/").emit("broadcast", i, "y".repeat(10_000));
        }
        for (int i = 0; i < 50; i++) {
            assertEquals("42[\"broadcast\"," + i + ",\"" + "y".repeat(10_000) + "\"]", webSocket.next());
        }
        webSocket.write(RawClient.closeFrame(1000));
        assertEquals("closed 1000", webSocket.next());
        assertEquals(DisconnectReason.TRANSPORT_CLOSE, reasons.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void severalWebSocketsShareAConnection() throws Exception {
        Exchange first = webSocket();
        Exchange second = webSocket();
        for (Exchange each : new Exchange[] {first, second}) {
            assertEquals('0', each.next().charAt(0));
            each.send("40");
            RawClient.assertConnected(each.next());
        }
        engine.namespace("/").emit("to", "all");
        assertEquals("42[\"to\",\"all\"]", first.next());
        assertEquals("42[\"to\",\"all\"]", second.next());
        first.write(RawClient.closeFrame(1000));
        assertEquals("closed 1000", first.next());
        second.send("420[\"echo\",2]");
        assertEquals("430[2]", second.next());
    }

    @Test
    void aSubprotocolIsAnsweredOverHttp2() throws Exception {
        Exchange webSocket = webSocket("chat-v1, chat-v0");
        assertEquals(200, webSocket.status());
        assertEquals("chat-v1", webSocket.subprotocol);
        assertEquals('0', webSocket.next().charAt(0));
        assertEquals(400, webSocket("chat-v1, chat-v1").status());
    }

    private Exchange webSocket() throws Exception {
        return webSocket(null);
    }

    private Exchange webSocket(@Nullable String subprotocols) throws Exception {
        MetaData.Request connect = new MetaData.ConnectRequest(
                HttpScheme.HTTP,
                new HostPortHttpField("localhost:" + port),
                "/socket.io/?EIO=4&transport=websocket",
                HttpFields.build()
                        .put(HttpHeader.SEC_WEBSOCKET_VERSION, "13")
                        .put(HttpHeader.SEC_WEBSOCKET_SUBPROTOCOL, subprotocols),
                "websocket");
        return exchange(new HeadersFrame(connect, null, false));
    }

    private Exchange request(String method, String pathAndQuery, @Nullable String body) throws Exception {
        MetaData.Request request = new MetaData.Request(
                method,
                HttpURI.from("http://localhost:" + port + pathAndQuery),
                HttpVersion.HTTP_2,
                HttpFields.build().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=UTF-8"));
        Exchange exchange = exchange(new HeadersFrame(request, null, body == null));
        if (body != null) {
            exchange.write(UTF_8.encode(body), true);
        }
        return exchange;
    }

    private Exchange exchange(HeadersFrame request) throws Exception {
        Exchange exchange = new Exchange();
        exchange.stream = connection.newStream(request, exchange).get(10, TimeUnit.SECONDS);
        return exchange;
    }

    /** One stream: the response's status, and its content whole or, of a WebSocket, message by message. */
    private static final class Exchange implements Stream.Listener {
        private final BlockingQueue<Integer> status = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> bodies = new LinkedBlockingQueue<>();

        /** What has come and is not a whole message yet. Confined to the stream's reading. */
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();

        private volatile @Nullable Stream stream;
        private volatile @Nullable String subprotocol;

        Stream stream() {
            return present(stream);
        }

        @Override
        public void onHeaders(Stream opened, HeadersFrame frame) {
            subprotocol = frame.getMetaData().getHttpFields().get(HttpHeader.SEC_WEBSOCKET_SUBPROTOCOL);
            status.add(((MetaData.Response) frame.getMetaData()).getStatus());
            if (frame.isEndStream()) {
                bodies.add("");
            }
            opened.demand();
        }

        @Override
        public void onDataAvailable(Stream readable) {
            for (Stream.Data data = readable.readData(); data != null; data = readable.readData()) {
                ByteBuffer bytes = data.frame().getByteBuffer();
                while (bytes.hasRemaining()) {
                    received.write(bytes.get());
                }
                boolean last = data.frame().isEndStream();
                data.release();
                parse();
                if (last) {
                    bodies.add(received.toString(UTF_8));
                    return;
                }
            }
            readable.demand();
        }

        /** Takes whole frames of at most 65,535 bytes, unmasked as a server's are, off the beginning. */
        private void parse() {
            ByteBuffer bytes = ByteBuffer.wrap(received.toByteArray());
            while (bytes.remaining() >= 2 && (bytes.get(bytes.position()) & 0x80) != 0) {
                bytes.mark();
                int opcode = bytes.get() & 0x0f;
                int length = bytes.get();
                if (length == 126 && bytes.remaining() >= 2) {
                    length = bytes.getShort() & 0xffff;
                } else if (length == 126) {
                    length = Integer.MAX_VALUE;
                }
                if (length > bytes.remaining()) {
                    bytes.reset();
                    break;
                }
                byte[] payload = new byte[length];
                bytes.get(payload);
                if (opcode == 8) {
                    messages.add("closed " + ByteBuffer.wrap(payload).getShort());
                } else {
                    messages.add(new String(payload, UTF_8));
                }
            }
            received.reset();
            received.write(bytes.array(), bytes.position(), bytes.remaining());
        }

        int status() throws InterruptedException {
            return present(status.poll(10, TimeUnit.SECONDS));
        }

        String next() throws InterruptedException {
            return present(messages.poll(10, TimeUnit.SECONDS));
        }

        String body() throws InterruptedException {
            return present(bodies.poll(10, TimeUnit.SECONDS));
        }

        String shown() throws InterruptedException {
            return status() + " " + PollingClient.shown(body());
        }

        void send(String packet) throws Exception {
            write(RawClient.textFrame(packet));
        }

        void write(byte[] bytes) throws Exception {
            write(ByteBuffer.wrap(bytes), false);
        }

        /** Waits until it is written: the server's answer may be here before, and a stream refuses a second write meanwhile. */
        void write(ByteBuffer bytes, boolean last) throws Exception {
            stream().data(new DataFrame(stream().getId(), bytes, last)).get(10, TimeUnit.SECONDS);
        }

        private static <T> T present(@Nullable T value) {
            assertNotNull(value);
            return value;
        }
    }
}
