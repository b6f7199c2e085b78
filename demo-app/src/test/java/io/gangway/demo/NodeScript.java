package io.gangway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** A script of {@code src/test/js} under Node, which prints a line of JSON for each thing it has to say. */
final class NodeScript {
    private static final Path DIRECTORY = Path.of("target", "js");
    private static final long LIMIT_SECONDS = 300;

    private NodeScript() {}

    /** Somebody who takes what a script says, and may answer with a line. */
    @FunctionalInterface
    interface Listener {
        /** Returns a line for the script's standard input; empty for none. */
        String hear(JsonObject line) throws Exception;
    }

    /** Runs a script that has nothing to say but what becomes of its scenarios, which are so many. */
    static Stream<DynamicTest> scenarios(int expected, String script, String... arguments) throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        run(
                line -> {
                    requireBrowser(line);
                    outcomes.add(Outcome.of(line));
                    return "";
                },
                script,
                arguments);
        assertEquals(expected, outcomes.size());
        return Outcome.tests(outcomes);
    }

    static void run(Listener listener, String script, String... arguments) throws Exception {
        List<String> command =
                Stream.concat(Stream.of("node", script), Stream.of(arguments)).toList();
        Process node = new ProcessBuilder(command)
                .directory(DIRECTORY.toFile())
                .redirectErrorStream(true)
                .start();
        CompletableFuture<Process> ended =
                node.onExit().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).exceptionally(late -> node.destroyForcibly());
        List<String> chatter = new ArrayList<>();
        try (BufferedReader lines = node.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("{\"")) {
                    answer(node, listener.hear(JsonParser.parseString(line).getAsJsonObject()));
                } else {
                    chatter.add(line);
                }
            }
            ended.join();
        } finally {
            node.destroyForcibly();
        }
        if (node.exitValue() != 0) {
            throw new AssertionError(script + " ended with " + node.exitValue() + ": " + String.join("\n", chatter));
        }
    }

    /** Aborts the test if a script tells that there is no browser. */
    static void requireBrowser(JsonObject line) {
        if (line.has("missing")) {
            String reason = "NO BROWSER, SO THE PAGE IS NOT TESTED. Google Chrome is needed here: "
                    + line.get("missing").getAsString();
            System.err.println(reason);
            abort(reason);
        }
    }

    private static void answer(Process node, String line) throws IOException {
        if (!line.isEmpty()) {
            node.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            node.getOutputStream().flush();
        }
    }

    /** What a script run by {@code scenarios.js} says of one scenario. */
    record Outcome(String name, String failure) {
        static Outcome of(JsonObject line) {
            return new Outcome(
                    line.get("name").getAsString(),
                    line.get("failure").isJsonNull() ? "" : line.get("failure").getAsString());
        }

        static Stream<DynamicTest> tests(List<Outcome> outcomes) {
            return outcomes.stream().map(outcome -> DynamicTest.dynamicTest(outcome.name(), outcome::require));
        }

        private void require() {
            if (!failure.isEmpty()) {
                throw new AssertionError(failure);
            }
        }
    }
}
