package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.ReturningClient;
import io.gangway.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What clients that are away cost. The long form has 10,000 of them in a process with 256 MiB of heap, and takes half a
 * minute: {@code mvn -B -pl engine test -Dtest=RecoverySizeTest -Dgangway.long=true}.
 */
class RecoverySizeTest {
    private static final int AWAY = 10_000;
    private static final int EVENTS = 20_000;
    private static final String TEXT = "x".repeat(500);

    @Test
    void anEventIsKeptOnceForAllWhoMissIt() {
        try (Engine engine = Server.start()) {
            for (int i = 0; i < 50; i++) {
                ReturningClient.join(engine.port()).cut();
            }
            Eventually.equal(50, () -> engine.recoveryCounts().away());
            for (int i = 0; i < 10; i++) {
                engine.namespace("/").emit("n", TEXT);
            }
            assertEquals(10, engine.recoveryCounts().packets());
            assertTrue(engine.recoveryCounts().bytes() < 10 * 4 * TEXT.length(), () -> "" + engine.recoveryCounts());
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "gangway.long", matches = "true")
    void tenThousandWhoAreAwayFitIntoALittleHeap() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Server.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
                OutputStream orders = process.getOutputStream()) {
            Orders server = new Orders(output, orders);
            int port = Integer.parseInt(output.readLine());
            ReturningClient.join(port).wire().send("41");
            Held before = server.tell();
            List<ReturningClient> some = new ArrayList<>();
            for (int i = 0; i < AWAY; i++) {
                ReturningClient client = ReturningClient.join(port).cut();
                if (i % (AWAY / 10) == 0) {
                    some.add(client);
                }
            }
            Eventually.holds("all are away", () -> server.tell().away == AWAY);
            Held away = server.tell();
            ReturningClient there = ReturningClient.join(port); // frames are made for it, and kept too
            server.order('e');
            expectEvents(there);
            Held kept = server.tell();
            assertEquals(EVENTS, kept.packets);
            double each = (kept.heap - away.heap) / (double) EVENTS;
            double estimated = kept.bytes / (double) EVENTS;
            System.out.printf(
                    "a session %d bytes, an event of %d characters %.0f bytes, estimated %.0f%n",
                    (away.heap - before.heap) / AWAY, TEXT.length(), each, estimated);
            assertTrue(each < 1.3 * estimated && estimated < 1.5 * each, each + " bytes, estimated " + estimated);
            for (ReturningClient client : some) {
                String id = client.id();
                client.comeBack(port);
                assertEquals(id, client.id());
                expectEvents(client);
            }
            assertEquals(AWAY - some.size(), server.tell().away);
        } finally {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
        assertEquals(0, process.exitValue());
    }

    private static void expectEvents(ReturningClient client) {
        for (int i = 0; i < EVENTS; i++) {
            client.expect("42[\"n\"," + i + ",\"" + TEXT + "\"]");
        }
    }

    /** What the server holds, in bytes and numbers, after a collection. */
    private record Held(long heap, int away, int packets, long bytes) {}

    private record Orders(BufferedReader output, OutputStream orders) {
        String order(char what) {
            try {
                orders.write(what);
                orders.flush();
                String answer = output.readLine();
                assertNotNull(answer, "the server has ended");
                return answer;
            } catch (IOException ended) {
                throw new UncheckedIOException(ended);
            }
        }

        Held tell() {
            String[] told = order('t').split(" ");
            return new Held(
                    Long.parseLong(told[0]),
                    Integer.parseInt(told[1]),
                    Integer.parseInt(told[2]),
                    Long.parseLong(told[3]));
        }
    }

    /** The process: emits events, or tells what it holds, for each character that it is sent. */
    static final class Server {
        private Server() {}

        /** An engine whose sockets are each in rooms, and have data. */
        static Engine start() {
            return Engine.builder()
                    .port(0)
                    .recovery(Recovery.window(Duration.ofMinutes(10)))
                    .namespace("/")
                    .onConnect(socket -> {
                        socket.share(Map.of("name", "client " + socket.id()));
                        for (int i = 0; i < 10; i++) {
                            socket.join("room " + i, i + " of " + socket.id());
                        }
                    })
                    .start();
        }

        public static void main(String[] arguments) throws IOException {
            Engine engine = start();
            System.out.println(engine.port());
            for (int order = System.in.read(); order >= 0; order = System.in.read()) {
                if (order == 'e') {
                    for (int i = 0; i < EVENTS; i++) {
                        engine.namespace("/").emit("n", i, TEXT);
                    }
                    System.out.println("done");
                } else {
                    System.gc();
                    Runtime heap = Runtime.getRuntime();
                    RecoveryCounts counts = engine.recoveryCounts();
                    System.out.println(heap.totalMemory() - heap.freeMemory() + " " + counts.away() + " "
                            + counts.packets() + " " + counts.bytes());
                }
            }
            engine.close();
        }
    }
}
