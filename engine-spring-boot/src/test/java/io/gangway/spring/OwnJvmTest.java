package io.gangway.spring;

import static io.gangway.clients.RealClient.Introduction.via;
import static io.gangway.clients.RealClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.NodeClients;
import io.gangway.clients.RealClient;
import io.gangway.clients.RealClient.Via;
import io.gangway.clients.WireClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** An application in a JVM of its own, the newest on the machine, with Jetty on virtual threads; ended by SIGTERM. */
class OwnJvmTest {
    private static final NodeClients CLIENTS = new NodeClients();
    private static final String LISTENS = "listens on ";

    @AfterAll
    static void end() {
        CLIENTS.close();
    }

    /** One application; ends with the test, whatever happens. */
    private record Jvm(Process process, int port) implements AutoCloseable {
        static Jvm start(int port) throws IOException {
            Process process = new ProcessBuilder(
                            newestJava(),
                            "-Dspring.devtools.restart.enabled=false",
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            "io.gangway.spring.TestApplication",
                            "server.port=" + port,
                            "spring.threads.virtual.enabled=true",
                            "gangway.drain=1s")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            BufferedReader lines = process.inputReader();
            List<String> said = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                if (line.startsWith(LISTENS)) {
                    CompletableFuture.runAsync(() -> lines.lines().forEach(rest -> {}));
                    return new Jvm(process, Integer.parseInt(line.substring(LISTENS.length())));
                }
            }
            throw new AssertionError("the application does not start: " + said);
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** The newest long-term JDK, if the engine's tests have looked for it; else this one. */
    private static String newestJava() throws IOException {
        Path found = Path.of("..", "engine", "target", "newest-lts.properties");
        Properties properties = new Properties();
        if (Files.exists(found)) {
            properties.load(Files.newBufferedReader(found));
        }
        String newest = properties.getProperty("newest-lts.java", "");
        return newest.isEmpty()
                ? Path.of(System.getProperty("java.home"), "bin", "java").toString()
                : newest;
    }

    @Test
    void sigtermEndsItAndItsClientsComeBackToTheNext() throws Exception {
        List<RealClient> clients = new ArrayList<>();
        try (Jvm first = Jvm.start(0)) {
            for (Via via : Via.values()) {
                RealClient client = CLIENTS.open(first.port(), via(via).namespace("/chat"));
                client.expect("connect");
                assertEquals(List.of("hello ada"), answer(client.call("greet", "ada")));
                clients.add(client);
            }
            first.process().destroy();
            clients.forEach(client -> assertEquals("disconnect", client.next().name()));
            // Spring Boot alone would wait for the parked poll, 21 s.
            Duration patience = WireClient.PATIENCE;
            assertTrue(first.process().waitFor(patience.toMillis(), TimeUnit.MILLISECONDS), "it still runs");
            assertEquals(128 + 15, first.process().exitValue());
            try (Jvm second = Jvm.start(first.port())) {
                clients.forEach(RealClient::expectConnectInTheEnd);
                assertEquals(first.port(), second.port());
            }
        } finally {
            CLIENTS.forget();
        }
    }
}
