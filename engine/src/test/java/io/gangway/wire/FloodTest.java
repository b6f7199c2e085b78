package io.gangway.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.Engine;
import io.gangway.EngineException;
import io.gangway.Interceptor;
import io.gangway.Socket;
import io.gangway.clients.RawClient;
import io.gangway.clients.WireClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * However many clients send whatever takes most memory, the others chat, and send large messages, and new ones connect.
 * The server is a process of its own with little heap. All of it, which takes half an hour: {@code mvn -B -pl engine test
 * -Dtest=FloodTest -Dgangway.long=true}.
 */
class FloodTest {
    private static final boolean LONG = Boolean.getBoolean("gangway.long");
    private static final int ATTACKERS = LONG ? 300 : 60;
    private static final int CROWD = LONG ? 200 : 20;
    private static final int LARGE_MESSAGES = LONG ? 20 : 3;
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path directory;

    private final List<RawClient> attackers = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();

    /** The process: an engine that tells its port, until it is ended. */
    public static final class Server {
        private static final List<CompletableFuture<Object>> NEVER = new ArrayList<>();

        private Server() {}

        public static void main(String[] arguments) throws IOException {
            CountDownLatch never = new CountDownLatch(1);
            Interceptor undecided = connects(new CompletableFuture<>());
            Interceptor refused = connects(CompletableFuture.failedFuture(new EngineException("refused")));
            Engine engine = Engine.builder()
                    .port(0)
                    .handlerThreads(512)
                    .pingInterval(Duration.ofSeconds(2))
                    .pingTimeout(Duration.ofSeconds(20))
                    .namespaces(Pattern.compile("/undecided-\\d+"), namespace -> namespace.intercept(undecided))
                    .namespace("/refused", namespace -> namespace.intercept(refused))
                    .namespace("/")
                    .on("chat", (socket, data) -> Ack.of(data.get(0, String.class)))
                    .on(
                            "large",
                            (socket, data) -> Ack.of(data.get(0, String.class).length()))
                    .on("files", (socket, data) -> {
                        int length = 0;
                        for (Object file : data.values()) {
                            length += ((byte[]) file).length;
                        }
                        return Ack.of(length);
                    })
                    .on("block", (socket, data) -> {
                        never.await();
                        return Ack.empty();
                    })
                    .on("later", (socket, data) -> {
                        CompletableFuture<Object> later = new CompletableFuture<>();
                        synchronized (NEVER) {
                            NEVER.add(later);
                        }
                        return Ack.later(later);
                    })
                    .on("decode", (socket, data) -> Ack.of(data.values().size()))
                    .on("x", (socket, data) -> Ack.empty())
                    .start();
            System.out.println(engine.port());
            int ignored = System.in.read();
            Runtime.getRuntime().halt(0);
        }

        private static Interceptor connects(CompletableFuture<Object> verdict) {
            return new Interceptor() {
                @Override
                public Ack aroundConnect(Socket socket, Chain chain) {
                    return Ack.later(verdict);
                }
            };
        }
    }

    static Stream<String> floods() {
        List<String> all = new ArrayList<>();
        for (String heap : LONG ? List.of("256m", "128m") : List.of("64m")) {
            for (Flood flood : Flood.values()) {
                all.add(heap + " WebSocket " + flood);
                all.add(heap + " polling " + flood);
            }
        }
        List<String> few = List.of("64m WebSocket JOINED", "64m polling HALF_JOINED", "64m WebSocket UNDECIDED");
        String chosen = System.getProperty("gangway.floods");
        return all.stream().filter(name -> chosen != null ? name.matches(chosen) : LONG || few.contains(name));
    }

    @ParameterizedTest
    @MethodSource("floods")
    void othersGoOnThroughAFloodOf(String name) throws Exception {
        String[] words = name.split(" ");
        Flood flood = Flood.valueOf(words[2]);
        Path log = directory.resolve("log");
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + words[0],
                        "-cp",
                        System.getProperty("java.class.path"),
                        Server.class.getName())
                .redirectError(log.toFile())
                .start();
        ExecutorService threads = Executors.newCachedThreadPool();
        List<WireClient> crowd = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            int port = Integer.parseInt(out.readLine());
            for (int i = 0; i < CROWD; i++) {
                crowd.add(WireClient.join(port));
            }
            WireClient large = WireClient.join(port);
            WireClient files = WireClient.join(port);
            chat(crowd, 1);
            long idle = medianConnect(port);

            for (int i = 0; i < ATTACKERS; i++) {
                threads.execute(() -> attack(flood, words[1], port));
            }
            CompletableFuture<Void> sent = CompletableFuture.allOf(
                    CompletableFuture.runAsync(() -> sendLarge(large), threads),
                    CompletableFuture.runAsync(() -> sendFiles(files), threads));
            long begin = System.nanoTime();
            long least = TimeUnit.SECONDS.toNanos(LONG ? 10 : 2);
            int round = 2;
            long worst = 0;
            long worstRound = 0;
            while (!sent.isDone() || System.nanoTime() - begin < least) {
                long before = System.nanoTime();
                chat(crowd, round++);
                worstRound = Math.max(worstRound, System.nanoTime() - before);
                worst = Math.max(worst, connect(port));
                assertTrue(worst < LONGEST_CONNECT.toNanos(), "a connect took " + worst / 1_000_000 + " ms");
            }
            sent.get(1, TimeUnit.SECONDS);
            long took = System.nanoTime() - begin;
            over.set(true);
            synchronized (attackers) {
                attackers.forEach(RawClient::close);
            }
            chat(crowd, round);
            long after = medianConnect(port);
            System.out.printf(
                    "%s: idle connect %d us, worst connect %d ms, worst round of chat %d ms, large ones acked after %d"
                            + " ms, connect afterwards %d us%n",
                    name, idle / 1000, worst / 1_000_000, worstRound / 1_000_000, took / 1_000_000, after / 1000);
            assertTrue(after < 5 * Math.max(idle, 2_000_000), after + " ns to connect afterwards, before " + idle);
            String said = Files.readString(log);
            assertFalse(said.contains("OutOfMemoryError"), () -> said.substring(0, Math.min(4_000, said.length())));
        } catch (Throwable failure) {
            String said = Files.readString(log);
            throw new AssertionError(name + ": " + said.substring(0, Math.min(4_000, said.length())), failure);
        } finally {
            over.set(true);
            synchronized (attackers) {
                attackers.forEach(RawClient::close);
            }
            crowd.forEach(WireClient::abort);
            server.destroyForcibly().waitFor();
            threads.shutdownNow();
        }
    }

    private void attack(Flood flood, String transport, int port) {
        try {
            if (transport.equals("polling")) {
                flood.overPolling(port);
            } else {
                RawClient client = RawClient.open(port);
                synchronized (attackers) {
                    attackers.add(client);
                }
                flood.overWebSocket(client);
            }
        } catch (UncheckedIOException | AssertionError | IllegalStateException cut) {
            // The server has ended the connection, as it may.
        }
    }

    private static void chat(List<WireClient> crowd, int round) {
        crowd.forEach(client -> client.send("42" + round + "[\"chat\",\"hello\"]"));
        crowd.forEach(client -> client.expect("43" + round + "[\"hello\"]"));
    }

    private static void sendLarge(WireClient client) {
        String text = "x".repeat(900_000);
        for (int i = 0; i < LARGE_MESSAGES; i++) {
            client.send("42" + i + "[\"large\",\"" + text + "\"]");
        }
        for (int i = 0; i < LARGE_MESSAGES; i++) {
            assertEquals("43" + i + "[900000]", inTheEnd(client));
        }
    }

    private static void sendFiles(WireClient client) {
        StringBuilder header = new StringBuilder("4510-7[\"files\"");
        for (int i = 0; i < 10; i++) {
            header.append(",{\"_placeholder\":true,\"num\":").append(i).append('}');
        }
        client.send(header.append(']').toString());
        for (int i = 0; i < 10; i++) {
            client.send(new byte[90_000]);
        }
        assertEquals("437[900000]", inTheEnd(client));
    }

    private static String inTheEnd(WireClient client) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return client.next();
            } catch (AssertionError nothingYet) {
                if (System.nanoTime() - deadline > 0) {
                    throw nothingYet;
                }
            }
        }
    }

    private static long medianConnect(int port) {
        long[] times = new long[20];
        for (int i = 0; i < times.length; i++) {
            times[i] = connect(port);
        }
        Arrays.sort(times);
        return times[times.length / 2];
    }

    private static long connect(int port) {
        long begin = System.nanoTime();
        WireClient.join(port).close();
        return System.nanoTime() - begin;
    }
}
