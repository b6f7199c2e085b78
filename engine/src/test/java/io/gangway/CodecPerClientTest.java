package io.gangway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.LocalCluster;
import io.gangway.connection.Account;
import io.gangway.connection.CloseReason;
import io.gangway.connection.Connection;
import io.gangway.connection.ConnectionListener;
import io.gangway.connection.Flusher;
import io.gangway.connection.Frame;
import io.gangway.connection.InboundBudget;
import io.gangway.connection.UpgradeRequest;
import io.gangway.protocol.Emission;
import io.gangway.protocol.Json;
import io.gangway.protocol.JsonBinding;
import io.gangway.protocol.MalformedPacketException;
import io.gangway.protocol.MessagePackCodec;
import io.gangway.protocol.Packet;
import io.gangway.protocol.PacketCodec;
import io.gangway.protocol.ParserLimits;
import io.gangway.protocol.PlainCodec;
import io.gangway.protocol.ReceivedPacket;
import io.gangway.protocol.SocketIoCodec;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.HandlerThreads;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients of several kinds in one namespace: each has the codec of its route, or that its first message chose. */
class CodecPerClientTest {

    private final Counting json = new Counting(new SocketIoCodec(binding()));
    private final Counting shouting = new Counting(new Shouting(new SocketIoCodec(binding())));
    private final Flusher flusher = new Flusher("test", 1);
    private final Deadlines deadlines = new Deadlines("test");
    private final HandlerThreads threads = new HandlerThreads(Runnable::run, 1, deadlines);
    private final NamespaceDefinition definition = new NamespaceDefinition("/");
    private final NamespaceBuilder namespace = new NamespaceBuilder(new EngineBuilder(), definition, null);
    private final List<Socket> sockets = new ArrayList<>();
    private final LocalCluster cluster = LocalCluster.create();

    private static JsonBinding binding() {
        return new JsonBinding(Json.standard(), ParserLimits.DEFAULT);
    }

    /** One engine, without a server. */
    private record Node(Clients clients, Namespaces namespaces) {
        ConnectionListener accept(Connection connection) {
            return clients.accept(connection);
        }

        Namespace namespace(String name) {
            return Objects.requireNonNull(namespaces.find(name));
        }
    }

    private Node node(Cluster cluster) {
        return node(cluster, shouting);
    }

    private Node node(Cluster cluster, PacketCodec binary) {
        Limits limits = new Limits.Builder().build();
        Namespaces namespaces = new Namespaces(
                new NamespaceFactory(binding(), flusher, threads, limits, cluster, UnaryOperator.identity()),
                Map.of("/", new Pipeline(Surroundings.of(List.of(), List.of(), (event, payload) -> {}), definition)),
                List.of());
        namespaces.joinCluster();
        ClientSettings settings = new ClientSettings(new Codecs(json, binary), limits);
        return new Node(
                new Clients(settings, namespaces, threads, deadlines, null, new Reception(List.of())), namespaces);
    }

    private Node start() {
        namespace.onConnect(sockets::add);
        flusher.start();
        deadlines.start();
        threads.start();
        return node(cluster.node());
    }

    @AfterEach
    void close() {
        threads.close(Duration.ofSeconds(5));
        flusher.close();
        deadlines.close();
    }

    @Test
    void theFirstMessageDecides() {
        Node node = start();
        assertTrue(plain(node).sent.get(0).startsWith("0{\"sid\":"));
        assertTrue(shouter(node).sent.get(0).startsWith("0{\"SID\":"));
    }

    @Test
    void theLaterMessagesDecideNothing() {
        Node node = start();
        FakeConnection plain = plain(node);
        plain.listener.onBinary(UTF_8.encode("2[\"x\"]"));
        assertEquals("PARSE_ERROR a binary message arrived that no packet announced", plain.closed);
    }

    @Test
    void aBroadcastIsWrittenOncePerKind() {
        Node node = start();
        List<FakeConnection> plain = List.of(plain(node), plain(node), plain(node));
        List<FakeConnection> loud = List.of(shouter(node), shouter(node));

        node.namespace("/").emit("news", "today");

        plain.forEach(client -> assertEquals("2[\"news\",\"today\"]", client.last()));
        loud.forEach(client -> assertEquals("2[\"NEWS\",\"TODAY\"]", client.last()));
        assertWritten(1, 1);
    }

    @Test
    void manyClientsOfThreeKindsTakeThreeWritings() {
        start();
        Counting packing = new Counting(new MessagePackCodec(binding()));
        Node node = node(LocalCluster.create().node(), packing);
        PlainCodec plainCodec = new PlainCodec(binding());
        Counting bare = new Counting(plainCodec);
        ClientSettings route = node.clients().settings().ofRoute(new Codecs(bare, bare), "/");
        List<FakeConnection> plain = new ArrayList<>();
        List<FakeConnection> packed = new ArrayList<>();
        List<FakeConnection> withoutSocketIo = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            plain.add(plain(node));
            FakeConnection connection = new FakeConnection(true);
            connection.listener = node.accept(connection);
            connection.listener.onBinary(ByteBuffer.wrap(HexFormat.of().parseHex("82a47479706500a36e7370a12f")));
            packed.add(connection);
            FakeConnection webSocket = new FakeConnection(false);
            Client client = node.clients().accept(webSocket, route);
            client.join(plainCodec.connect(Map.of()));
            withoutSocketIo.add(webSocket);
        }

        node.namespace("/").emit("news", 1, new byte[] {7});

        plain.forEach(client -> assertEquals("51-[\"news\",1,{\"_placeholder\":true,\"num\":0}]", client.last()));
        String hex = "83a47479706502a36e7370a12fa46461746193a46e65777301c40107";
        packed.forEach(client -> assertEquals(hex, client.last()));
        String text = "{\"event\":\"news\",\"data\":[1,{\"$binary\":\"Bw==\"}],\"args\":true}";
        withoutSocketIo.forEach(client -> assertEquals(text, client.last()));
        assertEquals(List.of(1, 1, 1), List.of(json.emissions.get(), packing.emissions.get(), bare.emissions.get()));
    }

    @Test
    void nothingIsWrittenForAKindThatHasNoReceiver() {
        Node node = start();
        plain(node);
        shouter(node);
        sockets.get(0).join("plain");
        sockets.get(1).join("loud");

        node.namespace("/").to("plain").emit("news", 1);
        assertWritten(1, 0);
        node.namespace("/").to("loud").emit("news", 2);
        assertWritten(1, 1);
        node.namespace("/").to("nobody").emit("news", 3);
        assertWritten(1, 1);
        node.namespace("/").to("plain").lossy().emit("news", 4);
        assertWritten(2, 1);
    }

    @Test
    void aBroadcastWithAcksIsWrittenOncePerKind() throws Exception {
        Node node = start();
        List<FakeConnection> clients = List.of(plain(node), plain(node), shouter(node), shouter(node));

        CompletableFuture<Replies> replies = node.namespace("/").local().emitWithAck("sum", 1);
        for (FakeConnection client : clients) {
            client.says("3" + client.last().charAt(1) + "[7]");
        }

        Replies all = replies.get(10, TimeUnit.SECONDS);
        assertTrue(all.isComplete());
        assertEquals(4, all.received().size());
        assertWritten(1, 1);
    }

    @Test
    void anEmitToOneSocketIsWrittenForItsKind() {
        Node node = start();
        plain(node);
        FakeConnection loud = shouter(node);

        sockets.get(1).emit("news", "today");

        assertEquals("2[\"NEWS\",\"TODAY\"]", loud.last());
        assertWritten(0, 1);
    }

    @Test
    void whatAnotherNodeEmitsIsWrittenOncePerKind() {
        Node here = start();
        Node there = node(cluster.node());
        FakeConnection plain = plain(there);
        FakeConnection loud = shouter(there);
        shouter(there);

        here.namespace("/").emit("news", "today");

        assertEquals("2[\"news\",\"today\"]", plain.last());
        assertEquals("2[\"NEWS\",\"TODAY\"]", loud.last());
        assertWritten(1, 1);
    }

    @Test
    void anAnswerIsWrittenInTheFormOfTheClient() {
        namespace.on("ask", (socket, arguments) -> Ack.of("answer"));
        Node node = start();
        FakeConnection plain = plain(node);
        FakeConnection loud = shouter(node);

        plain.says("21[\"ask\"]");
        loud.says("22[\"ask\"]");

        assertEquals("31[\"answer\"]", plain.last());
        assertEquals("32[\"ANSWER\"]", loud.last());
    }

    @Test
    void whatIsEmittedToASocketBeforeItsAdmissionIsAsItWasThen() {
        List<String> values = new ArrayList<>(List.of("then"));
        namespace.intercept(new Interceptor() {
            @Override
            public Ack aroundConnect(Socket socket, Chain chain) {
                socket.emit("news", values);
                socket.lossy().emit("news", "dropped: it cannot be written at once");
                values.set(0, "now");
                return chain.proceed();
            }
        });
        Node node = start();

        FakeConnection loud = shouter(node);

        assertEquals(2, loud.sent.size());
        assertEquals("2[\"NEWS\",[\"THEN\"]]", loud.last());
        assertWritten(0, 1);
    }

    @Test
    void whatIsEmittedToASocketThatIsRefusedIsNeverWritten() {
        namespace.intercept(new Interceptor() {
            @Override
            public Ack aroundConnect(Socket socket, Chain chain) {
                socket.emit("news", 1);
                return Ack.failed(new UnauthorizedException("no"));
            }
        });
        Node node = start();

        assertEquals("4{\"message\":\"no\"}", plain(node).last());
        assertWritten(0, 0);
    }

    private void assertWritten(int byJson, int byShouting) {
        assertEquals(List.of(byJson, byShouting), List.of(json.emissions.get(), shouting.emissions.get()));
    }

    private FakeConnection plain(Node node) {
        FakeConnection connection = new FakeConnection(false);
        connection.listener = node.accept(connection);
        connection.says("0");
        return connection;
    }

    private FakeConnection shouter(Node node) {
        FakeConnection connection = new FakeConnection(true);
        connection.listener = node.accept(connection);
        connection.says("0");
        return connection;
    }

    /** Counts the emissions that a codec puts into frames. */
    private static final class Counting implements PacketCodec {
        private final PacketCodec codec;
        private final AtomicInteger emissions = new AtomicInteger();

        Counting(PacketCodec codec) {
            this.codec = codec;
        }

        @Override
        public ReceivedPacket text(String message) throws MalformedPacketException {
            return codec.text(message);
        }

        @Override
        public ReceivedPacket binary(ByteBuffer message) throws MalformedPacketException {
            return codec.binary(message);
        }

        @Override
        public Frame encode(Packet packet) {
            if (packet instanceof Emission) {
                emissions.incrementAndGet();
            }
            return codec.encode(packet);
        }
    }

    /** Socket.IO's packets in binary messages, answered in capitals. */
    private record Shouting(PacketCodec quiet) implements PacketCodec {
        @Override
        public ReceivedPacket text(String message) throws MalformedPacketException {
            throw new MalformedPacketException("text where nobody shouts");
        }

        @Override
        public ReceivedPacket binary(ByteBuffer message) throws MalformedPacketException {
            return quiet.text(UTF_8.decode(message).toString());
        }

        @Override
        public Frame encode(Packet packet) {
            Frame frame = quiet.encode(packet);
            return Frame.of(frame.text().toUpperCase(Locale.ROOT), frame.attachments(), frame.delivery());
        }
    }

    /** Keeps the texts that it was given; all is on the test's thread, but for answers that nobody waits for. */
    private static final class FakeConnection implements Connection {
        private final Account account = new Account(InboundBudget.unlimited(), this);
        private final boolean speaksBinary;
        private final List<String> sent = new ArrayList<>();
        private ConnectionListener listener;
        private String closed;

        FakeConnection(boolean speaksBinary) {
            this.speaksBinary = speaksBinary;
        }

        void says(String packet) {
            if (speaksBinary) {
                listener.onBinary(UTF_8.encode(packet));
            } else {
                listener.onText(packet);
            }
        }

        private static String hex(ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            return HexFormat.of().formatHex(copy);
        }

        private static String shown(Frame frame) {
            return frame.isBinary() ? hex(frame.attachments().get(0).duplicate()) : frame.text();
        }

        String last() {
            return sent.get(sent.size() - 1);
        }

        @Override
        public Account account() {
            return account;
        }

        @Override
        public UpgradeRequest request() {
            return new UpgradeRequest("/socket.io/", Map.of(), Map.of(), "127.0.0.1", false, Instant.EPOCH);
        }

        @Override
        public String transport() {
            return "websocket";
        }

        @Override
        public void send(Frame frame) {
            sent.add(shown(frame));
        }

        @Override
        public void sendNow(Frame frame) {
            sent.add(shown(frame));
        }

        @Override
        public void sendUnflushed(Frame frame) {
            sent.add(shown(frame));
        }

        @Override
        public void flush() {}

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public long bufferedBytes() {
            return 0;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void close(CloseReason reason, String detail) {
            closed = reason + " " + detail;
        }
    }
}
