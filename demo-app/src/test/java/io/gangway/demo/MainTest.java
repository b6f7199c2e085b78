package io.gangway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.redis.TestRedis;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The demo as a process of its own. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // reading from a process cannot be interrupted
class MainTest {
    /** How long the demo waits, once it is terminated, for what is under way. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private Process process;

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    void namesABadPortAndEndsWith2() throws Exception {
        start(Map.of("PORT", "abc"));
        assertEquals("PORT is \"abc\", but a port is a number from 0 to 65535", lastWords());
        assertEquals(2, process.waitFor());
    }

    @Test
    void namesAShortSecretAndEndsWith2() throws Exception {
        start(Map.of("JWT_SECRET", "tiny"));
        String words = lastWords();
        assertTrue(words.startsWith("JWT_SECRET has 4 bytes, but HS256 needs at least 32; "), words);
        assertFalse(words.contains("tiny"), words);
        assertEquals(2, process.waitFor());
    }

    @Test
    void namesABadRedisUrlWithoutItsPasswordAndEndsWith2() throws Exception {
        start(Map.of("REDIS_URL", "http://ada:hunter2@localhost"));
        String words = lastWords();
        assertTrue(words.startsWith("REDIS_URL cannot be used: the Redis URL begins with \"http:\"; expected "), words);
        assertFalse(words.contains("hunter2"), words);
        assertEquals(2, process.waitFor());
    }

    @Test
    void namesATakenPortAndEndsWith2() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            start(Map.of("PORT", String.valueOf(taken.getLocalPort())));
            String words = lastWords();
            assertTrue(words.startsWith("cannot listen on port " + taken.getLocalPort() + ": "), words);
            assertEquals(2, process.waitFor());
        }
    }

    @Test
    void tellsWhereItListensWhoComesAndGoesAndClosesWhenTerminated() throws Exception {
        start(Map.of("PORT", "0"));
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String port = find(output, "listening on http://localhost:(\\d+)$");
            Client client = Client.connect(port);
            String id = find(client.messages(), "^40\\{\"sid\":\"(.{20})\"}$");
            assertEquals(id, find(output, "connected (.{20})$"));
            assertEquals(id, find(output, "connect socket=(.{20}) namespace=\"/\" address=.+ outcome=ok ms="));

            process.toHandle().destroy(); // SIGTERM; destroy() would close the pipe as well
            assertEquals(id, find(output, "disconnected (.{20}): server shutting down$"));
            client.closed().join();
            assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        }
    }

    /** The recipient confirms a message only after the signal: the sender still gets its ack, before the connection closes. */
    @Test
    void terminatedItAnswersWhatIsUnderWayBeforeItCloses() throws Exception {
        String secret = "a secret of more than thirty-two bytes";
        Tokens tokens = new Tokens(new JwtSecret(secret));
        start(Map.of("PORT", "0", "JWT_SECRET", secret));
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String port = find(output, "listening on http://localhost:(\\d+)$");
            Client ada = new Client(new LinkedBlockingQueue<>(), new CompletableFuture<>());
            Client bob = new Client(new LinkedBlockingQueue<>(), new CompletableFuture<>());
            WebSocket fromAda = ada.join(port, "40/secure,{\"token\":\"" + tokens.issue("ada") + "\"}");
            WebSocket fromBob = bob.join(port, "40/secure,{\"token\":\"" + tokens.issue("bob") + "\"}");
            find(ada.messages(), "^40/secure,(.+)$");
            find(bob.messages(), "^40/secure,(.+)$");
            long asking = System.nanoTime();
            fromAda.sendText("42/secure,7[\"directMessage\",{\"to\":\"bob\",\"text\":\"hello\"}]", true)
                    .join();
            String asked = find(bob.messages(), "^42/secure,(\\d+)\\[\"directMessage\",");

            process.toHandle().destroy(); // SIGTERM
            awaitDraining(port);
            fromBob.sendText("43/secure," + asked + "[]", true)
                    .exceptionally(closed -> fromBob)
                    .join();
            String answer = find(ada.messages(), "^(43/secure,7.+|closed)$");
            if (System.nanoTime() - asking < DRAIN.toNanos()) { // else the demo may have given up waiting
                assertEquals("43/secure,7[{\"delivered\":true}]", answer);
                ada.closed().join();
                bob.closed().join();
            }
            assertTrue(process.waitFor(10, TimeUnit.SECONDS));
            assertEquals(128 + 15, process.exitValue());
        }
    }

    private static void awaitDraining(String port) throws Exception {
        HttpRequest health = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/health"))
                .build();
        HttpClient http = HttpClient.newHttpClient();
        try {
            while (http.send(health, BodyHandlers.discarding()).statusCode() != 503) {
                Thread.onSpinWait();
            }
        } catch (IOException gone) {
            return; // it has drained
        }
    }

    @Test
    void tellsThatItIsAlone() throws Exception {
        start(Map.of("PORT", "0"));
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            find(output, "(no cluster): REDIS_URL is not set$");
        }
    }

    @Test
    void tellsThatItIsInACluster() throws Exception {
        try (TestRedis redis = TestRedis.start()) {
            redis.command("ACL", "SETUSER", "ada", "on", ">hunter2", "~*", "&*", "+@all");
            start(Map.of("PORT", "0", "REDIS_URL", "redis://ada:hunter2@127.0.0.1:" + redis.port()));
            List<String> said = new ArrayList<>();
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                find(
                        output,
                        said,
                        "RedisCluster\\[(redis://127.0.0.1:\\d+), node \\w+] changed its state from CONNECTING to UP$");
            }
            assertFalse(said.toString().contains("hunter2"), said.toString());
        }
    }

    @Test
    void servesItsOwnClientsWhileRedisIsAwayAndTellsSo() throws Exception {
        start(Map.of("PORT", "0", "REDIS_URL", "redis://:hunter2@127.0.0.1:1"));
        List<String> said = new ArrayList<>();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String port = find(output, said, "listening on http://localhost:(\\d+)$");
            find(Client.connect(port).messages(), "^40\\{\"sid\":\"(.{20})\"}$");
            find(
                    output,
                    said,
                    "RedisCluster\\[(redis://127.0.0.1:1), node \\w+] is not up: it is CONNECTING after \\d+ ms;"
                            + " the log tells why Redis cannot be used. Until it is reached, messages reach only the clients of this node$");
            process.toHandle().destroy();
            find(output, said, "(disconnected) .{20}: server shutting down$");
            assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        }
        assertFalse(said.toString().contains("hunter2"), said.toString());
    }

    private void start(Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
        builder.environment().keySet().removeAll(List.of("PORT", "ALLOWED_ORIGINS", "JWT_SECRET", "REDIS_URL"));
        builder.environment().putAll(environment);
        process = builder.redirectErrorStream(true).start();
    }

    private String lastWords() throws Exception {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private static String find(BufferedReader output, String pattern) throws Exception {
        return find(output, new ArrayList<>(), pattern);
    }

    /** Takes lines until one has what is looked for, and keeps them. */
    private static String find(BufferedReader output, List<String> said, String pattern) throws Exception {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.add(line);
            Matcher matcher = Pattern.compile(pattern).matcher(line);
            if (matcher.find()) {
                return matcher.group(1);
            }
        }
        throw new AssertionError("ended without saying " + pattern + ": " + said);
    }

    private static String find(LinkedBlockingQueue<String> messages, String pattern) throws Exception {
        while (true) {
            Matcher matcher = Pattern.compile(pattern).matcher(messages.take());
            if (matcher.find()) {
                return matcher.group(1);
            }
        }
    }

    /** A WebSocket that has asked to be in a namespace. */
    private record Client(LinkedBlockingQueue<String> messages, CompletableFuture<Void> closed)
            implements WebSocket.Listener {
        static Client connect(String port) {
            Client client = new Client(new LinkedBlockingQueue<>(), new CompletableFuture<>());
            client.join(port, "40");
            return client;
        }

        WebSocket join(String port, String connect) {
            return HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(
                            URI.create(
                                    "ws://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port
                                            + "/socket.io/?EIO=4&transport=websocket"),
                            this)
                    .join()
                    .sendText(connect, true)
                    .join();
        }

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            messages.add(data.toString());
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            messages.add("closed");
            closed.complete(null);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            messages.add("closed");
            closed.completeExceptionally(error);
        }
    }
}
