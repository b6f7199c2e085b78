package io.gangway.redis.mixed;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.gangway.redis.mixed.Peer.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own: speed.js, or {@link SpeedServer}. */
final class SpeedProcess implements AutoCloseable {
    /** In which /proc counts CPU time: USER_HZ is 100 wherever this runs. */
    private static final long MICROS_PER_TICK = 10_000;

    private final Process process;
    private final int port;

    private SpeedProcess(Process process) throws IOException {
        this.process = process;
        BufferedReader output = process.inputReader(StandardCharsets.US_ASCII);
        String line = output.readLine();
        if (line == null) {
            throw new AssertionError("the server ended before it told its port; what it said stands on standard error");
        }
        this.port = new Gson().fromJson(line, JsonObject.class).get("port").getAsInt();
    }

    static SpeedProcess start(Kind kind, AdapterMode mode, String redisUrl) {
        List<String> command = switch (kind) {
            case NODE ->
                List.of(
                        "node",
                        "speed.js",
                        new Gson().toJson(Map.of("redis", redisUrl, "adapter", mode.adapter, "options", mode.options)));
            case JAVA ->
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SpeedServer.class.getName(),
                        mode.name(),
                        redisUrl);
        };
        try {
            return new SpeedProcess(new ProcessBuilder(command)
                    .directory(Path.of(kind == Kind.NODE ? "target/js" : ".").toFile())
                    .redirectError(Redirect.INHERIT)
                    .start());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    int port() {
        return port;
    }

    /** Emits so many events, at this rate a second, or with 0 at once. */
    void emit(int count, int rate) {
        try {
            process.getOutputStream()
                    .write(("{\"count\":" + count + ",\"rate\":" + rate + "}\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
        } catch (IOException gone) {
            throw new UncheckedIOException("the server is gone", gone);
        }
    }

    /** The CPU time it has used so far, of users and of the system. */
    long cpuMicros() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MICROS_PER_TICK;
        } catch (IOException unreadable) {
            throw new UncheckedIOException("CPU time is read from /proc", unreadable);
        }
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException | InterruptedException failure) {
            process.destroyForcibly();
        }
    }
}
