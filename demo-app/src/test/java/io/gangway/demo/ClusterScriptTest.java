package io.gangway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.redis.TestRedis;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code cluster.sh}: two demos and a Redis that are one cluster, all of them processes of their own. */
@Timeout(120)
class ClusterScriptTest {
    private static final List<String> VARIABLES =
            List.of("PORT_A", "PORT_B", "REDIS_PORT", "REDIS_SERVER", "JWT_SECRET", "DEMO", "ALLOWED_ORIGINS");
    /** What it exits with when a signal ends it: 128 and SIGTERM's number. */
    private static final int TERMINATED = 128 + 15;

    private final Map<String, String> environment = new HashMap<>();

    @TempDir
    Path temporary;

    private Process script;
    private BufferedReader output;

    @AfterEach
    void end() throws Exception {
        script.toHandle().destroy(); // it ends what it started
        if (!script.waitFor(30, TimeUnit.SECONDS)) {
            script.descendants().forEach(ProcessHandle::destroyForcibly);
            script.destroyForcibly();
        }
    }

    @TestFactory
    Stream<DynamicTest> twoNodesAreOneChatForTheStockClient() throws Exception {
        startCluster();
        return NodeScript.scenarios(11, "cluster.js", url("PORT_A"), url("PORT_B"));
    }

    @Test
    void endsEverythingWhenTerminated() throws Exception {
        startCluster();
        List<ProcessHandle> started = script.descendants().toList();
        assertTrue(started.size() >= 3, () -> "two demos and a Redis, of " + started);
        script.toHandle().destroy(); // SIGTERM; destroy() would close the pipe as well
        String rest = String.join("\n", output.lines().toList());
        assertEquals(TERMINATED, script.waitFor(), rest);
        awaitEnd(started);
        assertFalse(rest.contains("is DOWN"), () -> "the Redis goes last: " + rest);
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void endsEverythingWhenOneEnds() throws Exception {
        startCluster();
        List<ProcessHandle> started = script.descendants().toList();
        ProcessHandle redis = script.children()
                .filter(child -> child.info().command().orElse("").contains("redis"))
                .findFirst()
                .orElseThrow();
        redis.destroyForcibly();
        String rest = String.join("\n", output.lines().toList());
        assertEquals(1, script.waitFor(), rest);
        assertTrue(rest.contains("cluster.sh: redis has ended; stopping the other processes"), rest);
        awaitEnd(started);
    }

    @ParameterizedTest
    @CsvSource({"PORT_A", "PORT_B", "REDIS_PORT"})
    void namesATakenPort(String variable) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            choosePortsAndPrograms();
            environment.put(variable, String.valueOf(taken.getLocalPort()));
            assertRefused("port " + taken.getLocalPort() + " is in use; set " + variable + " to another port");
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "65536", "abc", "a[$(id)]"})
    void namesAPortThatIsNone(String port) throws Exception {
        choosePortsAndPrograms();
        environment.put("PORT_B", port);
        assertRefused("PORT_B is \"" + port + "\", but a port is a number from 1 to 65535");
    }

    @Test
    void namesARedisServerThatIsMissing() throws Exception {
        choosePortsAndPrograms();
        environment.put("REDIS_SERVER", "/nowhere/redis-server");
        assertRefused("cannot find the command \"/nowhere/redis-server\";"
                + " install Redis, or set REDIS_SERVER to the path of a redis-server");
    }

    @Test
    void namesAJarThatIsMissing() throws Exception {
        choosePortsAndPrograms();
        environment.remove("DEMO");
        Path copy = Files.copy(Path.of("cluster.sh"), temporary.toRealPath().resolve("cluster.sh"));
        start(copy);
        assertSays("cannot find " + copy.resolveSibling("target/demo-app.jar")
                + "; build it with \"mvn -q -B -DskipTests package\"");
    }

    private void startCluster() throws Exception {
        choosePortsAndPrograms();
        start(Path.of("cluster.sh"));
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("Cluster running: ")) {
                assertEquals(
                        "Cluster running: A on " + url("PORT_A") + ", B on " + url("PORT_B")
                                + ", over redis://127.0.0.1:" + environment.get("REDIS_PORT")
                                + "; press Ctrl-C to stop it",
                        line);
                return;
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("no cluster: " + said);
    }

    private void choosePortsAndPrograms() throws IOException {
        List<String> ports = Stream.generate(TestRedis::freePort) // which may give one twice
                .distinct()
                .limit(3)
                .map(String::valueOf)
                .toList();
        environment.put("PORT_A", ports.get(0));
        environment.put("PORT_B", ports.get(1));
        environment.put("REDIS_PORT", ports.get(2));
        environment.put("REDIS_SERVER", TestRedis.binary().toString());
        environment.put("TMPDIR", temporary.toString());
        environment.put(
                "DEMO",
                "'%s' -cp '%s' %s"
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("java.class.path"),
                                Main.class.getName()));
    }

    private void start(Path file) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", file.toString()).redirectErrorStream(true);
        builder.environment().keySet().removeAll(VARIABLES);
        builder.environment().putAll(environment);
        script = builder.start();
        output = script.inputReader(StandardCharsets.UTF_8);
    }

    private void assertRefused(String reason) throws Exception {
        start(Path.of("cluster.sh"));
        assertSays(reason);
    }

    private void assertSays(String reason) throws Exception {
        assertEquals(List.of("cluster.sh: " + reason), output.lines().toList());
        assertEquals(2, script.waitFor());
    }

    private String url(String port) {
        return "http://localhost:" + environment.get(port);
    }

    private static void awaitEnd(List<ProcessHandle> processes) throws Exception {
        for (ProcessHandle process : processes) {
            CompletableFuture<ProcessHandle> end = process.onExit();
            end.get(10, TimeUnit.SECONDS);
        }
    }
}
