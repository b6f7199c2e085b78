package io.gangway.wire;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.Engine;
import io.gangway.EngineBuilder;
import io.gangway.EngineException;
import io.gangway.Interceptor;
import io.gangway.Socket;
import io.gangway.clients.NodeClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * However many clients send whatever takes most memory, the others chat, and send large messages, and new ones connect.
 * The server is a process of its own with little heap.
 *
 * <p>The long form, every flood over every transport with 300 attackers and 200 others, takes up to half an hour:
 * {@code mvn -B -pl engine test -Dtest=FloodTest -Dgangway.long=true}. It prints a line for each flood.
 * {@code -Dgangway.floods=..}, a regular expression, chooses among them, for example {@code "128m POLLING HALF"};
 * {@code -Dgangway.engine=..} names the jar of another engine, to see what becomes of that.
 */
class FloodTest {
    private static final boolean LONG = Boolean.getBoolean("gangway.long");
    private static final int ATTACKERS = LONG ? 300 : 30;
    private static final int CROWD = LONG ? 195 : 20;
    private static final int STOCK = LONG ? 5 : 0;
    private static final int LARGE_MESSAGES = LONG ? 20 : 3;
    private static final Duration AT_LEAST = Duration.ofSeconds(LONG ? 5 : 1);
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration PING_INTERVAL = Duration.ofSeconds(1);
    /** So long that attackers, which answer no pings, stay. */
    private static final Duration PING_TIMEOUT = Duration.ofSeconds(20);

    private static final Duration LONGEST_WITHOUT_PING = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    /** The process: an engine that tells its port, until it is ended. */
    public static final class Server {
        private Server() {}

        /** @param arguments {@code PLAIN}, for plain WebSockets too */
        public static void main(String[] arguments) throws IOException {
            CountDownLatch never = new CountDownLatch(1);
            Interceptor undecided = connects(new CompletableFuture<>());
            Interceptor refused = connects(CompletableFuture.failedFuture(new EngineException("refused")));
            EngineBuilder builder = Engine.builder()
                    .port(0)
                    .handlerThreads(512)
                    .pingInterval(PING_INTERVAL)
                    .pingTimeout(PING_TIMEOUT);
            if (List.of(arguments).contains("PLAIN")) {
                builder.plainWebSocket("/ws", "/");
            }
            Engine engine = builder.namespaces(
                            Pattern.compile("/undecided-\\d+"), namespace -> namespace.intercept(undecided))
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
                    .on("later", (socket, data) -> Ack.later(new CompletableFuture<>()))
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
            for (Flood.Route route : Flood.Route.values()) {
                for (Flood flood : Flood.values()) {
                    if (flood.suits(route)) {
                        all.add(heap + " " + route + " " + flood);
                    }
                }
            }
        }
        List<String> few = List.of("64m WEBSOCKET JOINED", "64m POLLING HALF_JOINED", "64m WEBSOCKET UNDECIDED");
        String chosen = System.getProperty("gangway.floods");
        return all.stream().filter(name -> chosen != null ? name.matches(chosen) : LONG || few.contains(name));
    }

    @ParameterizedTest
    @MethodSource("floods")
    void othersGoOnThroughAFloodOf(String name) throws Exception {
        String[] words = name.split(" ");
        Flood.Route route = Flood.Route.valueOf(words[1]);
        Flood flood = Flood.valueOf(words[2]);
        Path log = directory.resolve("log");
        Process server = start(words[0], route, log);
        ExecutorService threads = Executors.newCachedThreadPool();
        int port = portOf(server);
        try (Crowd crowd = new Crowd(port);
                Attackers attackers = Attackers.connect(ATTACKERS, flood, route, port)) {
            crowd.chat();
            long idle = crowd.medianConnect();
            long began = System.nanoTime();
            attackers.begin();
            CompletableFuture<Void> sent = CompletableFuture.allOf(
                    CompletableFuture.runAsync(crowd::sendLarge, threads),
                    CompletableFuture.runAsync(crowd::sendFiles, threads));
            while (!sent.isDone() || System.nanoTime() - began < AT_LEAST.toNanos()) {
                crowd.chat();
                crowd.connect();
            }
            sent.join();
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            crowd.expectPings();
            attackers.close();
            long most = 5 * Math.max(idle, 10_000_000);
            long after = crowd.medianConnectBelow(most);
            crowd.chat();
            System.out.printf(
                    "%s: large ones acked after %d ms, worst round of chat %d ms, connect %d ms, longest without a ping"
                            + " %d ms; median connect before %d us, afterwards %d us%n",
                    name,
                    took.toMillis(),
                    crowd.worstRound / 1_000_000,
                    crowd.worstConnect / 1_000_000,
                    crowd.longestWithoutPing().toMillis(),
                    idle / 1000,
                    after / 1000);
            assertTrue(after < most, after + " ns to connect afterwards, before " + idle);
            assertFalse(Files.readString(log).contains("OutOfMemoryError"), "the server ran out of memory");
        } catch (Throwable failure) {
            String said = Files.readString(log);
            throw new AssertionError(name + ": " + said.substring(Math.max(0, said.length() - 400_000)), failure);
        } finally {
            threads.shutdownNow();
            server.destroyForcibly().waitFor();
        }
    }

    private static Process start(String heap, Flood.Route route, Path log) throws IOException {
        String classes = System.getProperty("java.class.path");
        String engine = System.getProperty("gangway.engine");
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heap,
                        "-XX:OnOutOfMemoryError=echo OutOfMemoryError >&2", // whoever catches it
                        "-cp",
                        engine == null ? classes : engine + File.pathSeparator + classes,
                        Server.class.getName(),
                        route.name())
                .redirectError(log.toFile())
                .start();
    }

    private static int portOf(Process server) throws IOException {
        BufferedReader out = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        return Integer.parseInt(out.readLine());
    }

    /** Clients that nobody may disturb. */
    private static final class Crowd implements AutoCloseable {
        private final int port;
        private final List<WireClient> clients = new ArrayList<>();
        private final List<RealClient> stockClients = new ArrayList<>();
        private final @Nullable NodeClients node;
        private final WireClient large;
        private final WireClient files;

        private int round;
        private long worstRound;
        private long worstConnect;

        Crowd(int port) {
            this.port = port;
            for (int i = 0; i < CROWD; i++) {
                clients.add(WireClient.join(port));
            }
            large = WireClient.join(port);
            files = WireClient.join(port);
            node = STOCK == 0 ? null : new NodeClients();
            for (int i = 0; i < STOCK; i++) {
                RealClient.Via[] ways = RealClient.Via.values();
                stockClients.add(node.open(port, RealClient.Introduction.via(ways[i % ways.length])));
            }
            stockClients.forEach(client -> client.expect("connect"));
        }

        /** Each sends an event and gets its ack. */
        void chat() {
            long before = System.nanoTime();
            int number = round++;
            List<CompletableFuture<List<@Nullable Object>>> answers = stockClients.stream()
                    .map(client -> client.call("chat", "hello"))
                    .toList();
            clients.forEach(client -> client.send("42" + number + "[\"chat\",\"hello\"]"));
            clients.forEach(client -> client.expect("43" + number + "[\"hello\"]"));
            answers.forEach(answer -> assertEquals(List.of("hello"), RealClient.answer(answer)));
            stockClients.forEach(client -> assertEquals(Optional.empty(), client.poll(), "a stock client"));
            worstRound = Math.max(worstRound, System.nanoTime() - before);
        }

        void sendLarge() {
            String text = "x".repeat(900_000);
            for (int i = 0; i < LARGE_MESSAGES; i++) {
                large.send("42" + i + "[\"large\",\"" + text + "\"]");
            }
            for (int i = 0; i < LARGE_MESSAGES; i++) {
                assertEquals("43" + i + "[900000]", inTheEnd(large));
            }
        }

        void sendFiles() {
            StringBuilder header = new StringBuilder("4510-7[\"files\"");
            for (int i = 0; i < 10; i++) {
                header.append(",{\"_placeholder\":true,\"num\":").append(i).append('}');
            }
            files.send(header.append(']').toString());
            for (int i = 0; i < 10; i++) {
                files.send(new byte[90_000]);
            }
            assertEquals("437[900000]", inTheEnd(files));
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

        void connect() {
            long took = timeToConnect();
            worstConnect = Math.max(worstConnect, took);
            assertTrue(took < LONGEST_CONNECT.toNanos(), "a connect took " + took / 1_000_000 + " ms");
        }

        long medianConnect() {
            long[] times = new long[20];
            for (int i = 0; i < times.length; i++) {
                times[i] = timeToConnect();
            }
            Arrays.sort(times);
            return times[times.length / 2];
        }

        /**
         * The median once it is below this, or the last one: what is being decoded is decoded to its end, and that polling
         * clients are gone the server learns only from their missing pongs.
         */
        long medianConnectBelow(long most) {
            long deadline = System.nanoTime() + PING_INTERVAL.plus(PING_TIMEOUT).toNanos();
            long median = medianConnect();
            while (median >= most && System.nanoTime() - deadline < 0) {
                median = medianConnect();
            }
            return median;
        }

        private long timeToConnect() {
            long begin = System.nanoTime();
            WireClient.join(port).close();
            return System.nanoTime() - begin;
        }

        private Stream<WireClient> all() {
            return Stream.concat(clients.stream(), Stream.of(large, files));
        }

        /** Asserts that everybody still gets pings, and has got them all the time. */
        void expectPings() {
            Map<WireClient, Integer> before = all().collect(toMap(client -> client, WireClient::pings));
            before.forEach((client, pings) -> Eventually.holds("another ping", () -> client.pings() > pings));
            Duration longest = longestWithoutPing();
            assertTrue(longest.compareTo(LONGEST_WITHOUT_PING) < 0, "no ping for " + longest);
        }

        Duration longestWithoutPing() {
            return all().map(WireClient::longestWithoutPing)
                    .max(Duration::compareTo)
                    .orElseThrow();
        }

        @Override
        public void close() {
            all().forEach(WireClient::abort);
            if (node != null) {
                node.close();
            }
        }
    }
}
