package io.gangway.jetty;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Engine;
import io.gangway.clients.RawClient;
import io.gangway.testing.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process that has run out of file descriptors waits for some, patiently. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class TooManyConnectionsTest {
    private static final int DESCRIPTORS = 256;
    private static final String COMPLAINT = "cannot accept connections";

    @TempDir
    Path directory;

    /** The process: an engine that tells its port, until it is ended. */
    public static final class Server {
        private Server() {}

        /** Warm, so that no class has to be opened once there are no descriptors. */
        public static void main(String[] arguments) throws IOException {
            try (Engine engine = Engine.builder().port(0).namespace("/").start()) {
                RawClient.join(engine.port()).close();
                System.out.println(engine.port());
                int ignored = System.in.read();
            }
        }
    }

    @Test
    void whereNoConnectionCanBeAcceptedTheEngineTriesAgainNowAndThen() throws Exception {
        Path log = directory.resolve("log");
        Process server = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n " + DESCRIPTORS + " && exec \"$0\" -XX:-MaxFDLimit -cp \"$1\" \"$2\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        System.getProperty("java.class.path"),
                        Server.class.getName())
                .redirectError(log.toFile())
                .start();
        List<Socket> crowd = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            int port = Integer.parseInt(out.readLine());
            long begun = System.nanoTime();
            for (int i = 0; i < DESCRIPTORS; i++) {
                crowd.add(new Socket("localhost", port));
            }
            Eventually.holds("it has tried twice", () -> complaints(log) >= 2);
            close(crowd);
            RawClient.join(port).close();
            long attempts = complaints(log);
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            assertTrue(attempts <= took.toSeconds() + 1, () -> attempts + " attempts in " + took + ", of one a second");
        } finally {
            close(crowd);
            server.destroy();
            server.waitFor();
        }
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static long complaints(Path log) {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(COMPLAINT)).count();
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }
}
