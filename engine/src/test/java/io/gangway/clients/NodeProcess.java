package io.gangway.clients;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A script of {@code src/test/js}, run by Node: a JSON object a line goes in, and one a line comes out. */
public final class NodeProcess implements AutoCloseable {
    private static final Gson JSON = new GsonBuilder()
            .serializeNulls()
            .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
            .create();
    /** Where the build has put the scripts, and the modules they need. */
    private static final Path SCRIPTS = Path.of("target", "js");

    private final Process process;
    private final OutputStream input;

    private NodeProcess(Process process, Consumer<Map<String, @Nullable Object>> output) {
        this.process = process;
        this.input = process.getOutputStream();
        Thread reader = new Thread(() -> read(output), "node " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a script; fails if there is no Node, or the build has not fetched the client. */
    public static NodeProcess start(
            String script, Consumer<Map<String, @Nullable Object>> output, String... arguments) {
        if (!Files.exists(SCRIPTS.resolve("node_modules/socket.io-client/package.json"))) {
            throw new AssertionError("no socket.io-client in " + SCRIPTS.toAbsolutePath()
                    + ": Maven puts it there, in the phase generate-test-resources");
        }
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(SCRIPTS.toFile())
                    .redirectError(Redirect.INHERIT)
                    .start();
            return new NodeProcess(process, output);
        } catch (IOException missing) {
            throw new AssertionError("Node 18+ is needed for the JavaScript client: " + missing.getMessage(), missing);
        }
    }

    /** Completes with the exit code once the script has ended, by itself or because it was made to. */
    public CompletableFuture<Integer> ended() {
        return process.onExit().thenApply(Process::exitValue);
    }

    public long pid() {
        return process.pid();
    }

    public void send(Map<String, ?> line) {
        String json = JSON.toJson(line);
        StringBuilder ascii = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            // Half an emoji would not survive UTF-8.
            ascii.append(c < 128 ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        try {
            synchronized (input) {
                input.write(ascii.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
                input.flush();
            }
        } catch (IOException gone) {
            throw new UncheckedIOException("the Node process is gone", gone);
        }
    }

    private void read(Consumer<Map<String, @Nullable Object>> output) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.accept(JSON.fromJson(line, new TypeToken<Map<String, @Nullable Object>>() {}));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    /** Has the script end, or ends it. */
    @Override
    public void close() {
        try {
            input.close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException | InterruptedException failure) {
            process.destroyForcibly();
        }
    }
}
