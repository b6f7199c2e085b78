package io.gangway.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gangway.DisconnectReason;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.clients.PollingClient;
import io.gangway.clients.RawClient;
import io.gangway.testing.Certificates;
import io.gangway.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client that does not read costs itself its connection and the others nothing, whichever way they are connected. The
 * long form takes four minutes: {@code mvn -B -pl engine test -Dtest=SlowClientTest -Dgangway.long=true}. All of 2,000
 * broadcasts of 64 KB to 900 readers would be 118 GB, half an hour of a small machine's time: 900 readers get 250 of them,
 * which is long enough for slow ones to be cut, and 90 readers get 2,000.
 */
class SlowClientTest {
    private static final boolean LONG = Boolean.getBoolean("gangway.long");
    private static final int BYTES = 64 * 1024;
    private static final int WINDOW = 4;
    /** Longer than a thread of a client that reads may stand still on a busy machine. */
    private static final Duration SLOW_AFTER = Duration.ofSeconds(LONG ? 10 : 4);

    @TempDir
    private static Path directory;

    private static KeyStore server;

    /** How a client is connected. */
    private enum Way {
        TCP,
        TLS,
        PLAIN,
        POLLING
    }

    @BeforeAll
    static void makeKeys() throws Exception {
        server = Certificates.generate(directory, "server", "EC");
    }

    @Test
    void aClientThatNeverReadsIsCutAndTheOthersReceiveAllInOrder() throws Exception {
        assertSilentOnesAreCut(Engine.builder(), List.of(Way.TCP, Way.PLAIN, Way.POLLING));
    }

    @Test
    void aClientThatNeverReadsIsCutOverTlsToo() throws Exception {
        assertSilentOnesAreCut(
                Engine.builder().tls(directory.resolve("server.crt"), directory.resolve("server.key")),
                List.of(Way.TLS));
    }

    private static void assertSilentOnesAreCut(EngineBuilder builder, List<Way> ways) throws Exception {
        int broadcasts = 100;
        int readersEach = LONG ? 49 : 9;
        BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
        try (Engine engine = builder.port(0)
                .limits(limits -> limits.slowAfter(SLOW_AFTER))
                .plainWebSocket("/ws", "/")
                .namespace("/")
                .onDisconnect((socket, reason) -> reasons.add(reason))
                .start()) {
            List<Line> silent = new ArrayList<>();
            List<Reader> readers = new ArrayList<>();
            for (Way way : ways) {
                silent.add(join(way, engine.port(), 4 * 1024));
                for (int i = 0; i < readersEach; i++) {
                    readers.add(new Reader(join(way, engine.port(), 0), broadcasts));
                }
            }
            Eventually.equal(
                    silent.size() + readers.size(),
                    () -> engine.namespace("/").sockets().size());

            String padding = "x".repeat(BYTES);
            for (int i = 0; i < broadcasts; i++) {
                engine.namespace("/").emit("broadcast", i, padding);
                // Each that reads has taken all but the last few: none of them is slow, however fast we are.
                awaitAll(readers, i + 1 - WINDOW);
            }
            for (Way way : ways) {
                assertEquals(DisconnectReason.SLOW_CLIENT, reasons.poll(30, TimeUnit.SECONDS), () -> "" + way);
            }
            assertEquals("slow client", DisconnectReason.SLOW_CLIENT.toString());
            for (Reader reader : readers) {
                assertEquals(broadcasts, reader.finish(), reader.problem());
            }
            assertEquals(List.of(), List.copyOf(reasons), "nobody else was cut");
            silent.forEach(Line::close);
        }
    }

    static Stream<Arguments> theStalledAndTheTricklingAreCutAfterSlowAfter() {
        return LONG
                ? Stream.of(arguments(900, 250, 100, 20), arguments(90, 2_000, 10, 2))
                : Stream.of(arguments(10, 100, 3, 2));
    }

    /** Some stop reading, some read a kilobyte a second, and all others go on. */
    @ParameterizedTest
    @MethodSource
    void theStalledAndTheTricklingAreCutAfterSlowAfter(int count, int broadcasts, int stalled, int trickling)
            throws Exception {
        BlockingQueue<Cut> cuts = new LinkedBlockingQueue<>();
        try (Engine engine = Engine.builder()
                .port(0)
                .limits(limits -> limits.slowAfter(SLOW_AFTER))
                .namespace("/")
                .onDisconnect((socket, reason) -> cuts.add(new Cut(reason, System.nanoTime())))
                .start()) {
            List<RawClient> laggards = new ArrayList<>();
            for (int i = 0; i < stalled + trickling; i++) {
                Socket unconnected = new Socket();
                unconnected.setReceiveBufferSize(4 * 1024);
                laggards.add(RawClient.join(unconnected, engine.port()));
            }
            AtomicBoolean over = new AtomicBoolean();
            Thread trickle = new Thread(() -> trickle(laggards.subList(stalled, laggards.size()), over), "trickle");
            trickle.setDaemon(true);
            trickle.start();
            List<Reader> readers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                readers.add(new Reader(join(Way.TCP, engine.port(), 0), broadcasts));
            }
            String padding = "x".repeat(BYTES);
            long began = System.nanoTime();
            for (int i = 0; i < broadcasts; i++) {
                while (LONG && i < 250 && System.nanoTime() - began < TimeUnit.MILLISECONDS.toNanos(50L * i)) {
                    LockSupport.parkNanos(1_000_000); // 16 MiB must not wait before slowAfter is over
                }
                engine.namespace("/").emit("broadcast", i, padding);
                awaitAll(readers, i + 1 - WINDOW);
            }
            double last = 0;
            for (int i = 0; i < laggards.size(); i++) {
                Cut cut = cuts.poll(60, TimeUnit.SECONDS);
                assertEquals(DisconnectReason.SLOW_CLIENT, cut == null ? null : cut.reason(), i + " were cut");
                double after = (cut.nanoTime() - began) / (double) SLOW_AFTER.toNanos();
                assertTrue(after > 0.9 && (!LONG || after < 2.5), i + ": after " + after + " times slowAfter");
                last = Math.max(last, after);
            }
            over.set(true);
            for (Reader reader : readers) {
                assertEquals(broadcasts, reader.finish(), reader.problem());
            }
            assertEquals(null, cuts.poll(), "nobody else was cut");
            if (LONG) {
                System.gc();
                long used = Runtime.getRuntime().totalMemory()
                        - Runtime.getRuntime().freeMemory();
                System.out.printf(
                        "%d readers got %d broadcasts in %d s; the last slow one was cut after %.1f times slowAfter; %d MB of"
                                + " heap%n",
                        count, broadcasts, (System.nanoTime() - began) / 1_000_000_000, last, used / 1_000_000);
                assertTrue(used < 100_000_000, used + " bytes of heap");
            }
            laggards.forEach(RawClient::close);
        }
    }

    private record Cut(DisconnectReason reason, long nanoTime) {}

    private static void trickle(List<RawClient> clients, AtomicBoolean over) {
        while (!over.get()) {
            for (RawClient client : clients) {
                try {
                    client.read(100);
                } catch (UncheckedIOException cut) {
                    return; // they are all cut at about the same time
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    /** What waits is more than maxBuffered for most of the time. */
    @ParameterizedTest
    @ValueSource(ints = {1_000_000, 200_000})
    void aClientThatReadsSteadilyGetsAllHoweverFarItIsBehind(int bytesPerSecond) throws Exception {
        int frames = LONG ? 256 : (int) (bytesPerSecond * SLOW_AFTER.toSeconds() * 3 / 2 / BYTES);
        BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
        try (Engine engine = Engine.builder()
                .port(0)
                .limits(limits ->
                        limits.maxUnsent(32 << 20).maxBuffered(256 * 1024).slowAfter(SLOW_AFTER))
                .namespace("/")
                .onDisconnect((socket, reason) -> reasons.add(reason))
                .start()) {
            RawClient client = RawClient.join(engine.port());
            Eventually.equal(1, () -> engine.namespace("/").sockets().size());
            String padding = "x".repeat(BYTES);
            for (int i = 0; i < frames; i++) {
                engine.namespace("/").emit("state", i, padding);
            }
            long began = System.nanoTime();
            for (int i = 0; i < frames; i++) {
                String packet = client.next();
                if (packet.equals("2")) {
                    client.send("3");
                    packet = client.next();
                }
                assertTrue(
                        packet.startsWith("42[\"state\"," + i + ","),
                        packet.substring(0, Math.min(60, packet.length())));
                while (System.nanoTime() - began < TimeUnit.SECONDS.toNanos(1) * BYTES / bytesPerSecond * (i + 1)) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
            assertEquals(List.of(), List.copyOf(reasons));
            client.close();
        }
    }

    private static void awaitAll(List<Reader> readers, int broadcasts) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        for (Reader reader : readers) {
            while (reader.received.get() < broadcasts) {
                assertEquals("", reader.problem());
                assertTrue(System.nanoTime() - deadline < 0, "a reader has " + reader.received + " of " + broadcasts);
                LockSupport.parkNanos(100_000);
            }
        }
    }

    private static Line join(Way way, int port, int receiveBuffer) throws IOException {
        return switch (way) {
            case TCP -> new WebSocketLine(RawClient.join(receiving(new Socket(), receiveBuffer), port));
            case TLS ->
                new WebSocketLine(RawClient.join(
                        receiving(Certificates.trusting(server, null).createSocket(), receiveBuffer), port));
            case PLAIN -> new PlainLine(RawClient.joinPlain(receiving(new Socket(), receiveBuffer), port, "/ws"));
            case POLLING -> new PollingLine(PollingClient.join(port));
        };
    }

    private static Socket receiving(Socket unconnected, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            unconnected.setReceiveBufferSize(receiveBuffer);
        }
        return unconnected;
    }

    /** What a client that has joined {@code /} gets, one message at a time. */
    private interface Line {
        String read();

        void close();
    }

    private static final class WebSocketLine implements Line {
        private final RawClient client;

        WebSocketLine(RawClient client) {
            this.client = client;
        }

        @Override
        public String read() {
            String packet = client.next();
            while (packet.equals("2")) {
                packet = client.send("3").next();
            }
            return packet;
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** Shows broadcasts as Socket.IO's clients get them. */
    private record PlainLine(RawClient client) implements Line {
        @Override
        public String read() {
            return client.next()
                    .replace("{\"event\":\"broadcast\",\"data\":[", "42[\"broadcast\",")
                    .replace("],\"args\":true}", "]");
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static final class PollingLine implements Line {
        private final PollingClient client;
        private final Queue<String> packets = new ArrayDeque<>();

        PollingLine(PollingClient client) {
            this.client = client;
        }

        @Override
        public String read() {
            while (true) {
                if (packets.isEmpty()) {
                    packets.addAll(List.of(client.poll().split("\\|")));
                }
                String packet = packets.remove();
                if (!packet.equals("2")) {
                    return packet;
                }
                client.post("3");
            }
        }

        @Override
        public void close() {}
    }

    /** Reads on a thread of its own, and checks the numbers. */
    private static final class Reader {
        private final Line line;
        private final int broadcasts;
        private final Thread thread;
        private final AtomicInteger received = new AtomicInteger();
        private volatile String problem = "";

        Reader(Line line, int broadcasts) {
            this.line = line;
            this.broadcasts = broadcasts;
            thread = new Thread(this::run, "reader");
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            try {
                while (received.get() < broadcasts) {
                    String packet = line.read();
                    String expected = "42[\"broadcast\"," + received + ",";
                    if (!packet.startsWith(expected) || packet.length() != expected.length() + BYTES + 3) {
                        problem = "expected " + expected + " got " + packet.substring(0, Math.min(60, packet.length()));
                        return;
                    }
                    received.incrementAndGet();
                }
            } catch (UncheckedIOException | AssertionError failure) {
                problem = failure.toString();
            }
        }

        int finish() throws InterruptedException {
            thread.join(TimeUnit.SECONDS.toMillis(60));
            return received.get();
        }

        String problem() {
            return problem;
        }
    }
}
