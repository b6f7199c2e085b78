package io.gangway.spring;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.gangway.clients.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An application in a JVM of its own, the newest on the machine; ends with the test, whatever happens. */
final class OwnJvm implements AutoCloseable {
    /** What an application prints once it has started, before its port. */
    static final String LISTENS = "listens on ";

    private final Process process;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    private OwnJvm(Process process) {
        this.process = process;
        Thread reader = new Thread(() -> process.inputReader().lines().forEach(said::add), "what an application says");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a main class with Spring's properties as its arguments.
     *
     * @param devTools whether Spring's DevTools are on
     */
    static OwnJvm start(Class<?> main, boolean devTools, String... properties) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                newestJava(),
                "-XX:TieredStopAtLevel=1", // half the time to start
                "-XX:+UseSerialGC",
                "-Dspring.devtools.restart.enabled=" + devTools,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(List.of(properties));
        return new OwnJvm(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
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

    Process process() {
        return process;
    }

    /** What it says next after {@link #LISTENS}, when it has started or restarted. */
    String listens() throws InterruptedException {
        List<String> others = new ArrayList<>();
        while (true) {
            String line = said.poll(2 * WireClient.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertNotNull(line, () -> "the application does not start: " + others);
            if (line.startsWith(LISTENS)) {
                return line.substring(LISTENS.length());
            }
            others.add(line);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
