package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the tests get a redis-server from: the PATH if it has one that is new enough, else the one in a test
 * dependency.
 */
final class RedisBinary {
    private static final Pattern VERSION = Pattern.compile("v=(\\d+)");
    private static final String EMBEDDED = "/redis-server-7.0.15-%s-%s";

    private static Path found;

    private RedisBinary() {}

    /** Aborts the test if there is none for this machine, or fails it if {@code -Dredis.required=true}. */
    static synchronized Path path() {
        if (found == null) {
            found = onThePath("redis-server")
                    .or(() -> onThePath("valkey-server"))
                    .or(RedisBinary::embedded)
                    .orElse(null);
        }
        if (found == null) {
            String missing = "no redis-server or valkey-server >= 7 on the PATH, and none embedded for "
                    + System.getProperty("os.name") + " " + System.getProperty("os.arch");
            if (Boolean.getBoolean("redis.required")) {
                fail(missing);
            }
            System.err.println("TESTS WITH REDIS ARE SKIPPED: " + missing);
            abort(missing);
        }
        return found;
    }

    private static Optional<Path> onThePath(String name) {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path candidate = Path.of(directory, name);
            if (Files.isExecutable(candidate) && majorVersion(candidate) >= 7) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static int majorVersion(Path server) {
        try {
            Process process = new ProcessBuilder(server.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            String says = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(5, TimeUnit.SECONDS);
            Matcher version = VERSION.matcher(says);
            return version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (IOException notRunnable) {
            return 0;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static Optional<Path> embedded() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String resource = EMBEDDED.formatted(
                os.contains("mac") ? "darwin" : os,
                switch (arch) {
                    case "x86_64", "amd64" -> "amd64";
                    case "aarch64", "arm64" -> "arm64";
                    default -> arch;
                });
        try (InputStream binary = RedisBinary.class.getResourceAsStream(resource)) {
            if (binary == null) {
                return Optional.empty();
            }
            Path file = Files.createTempFile("redis-server", "");
            file.toFile().deleteOnExit();
            Files.write(file, binary.readAllBytes());
            if (!file.toFile().setExecutable(true)) {
                throw new IOException(file + " cannot be made executable");
            }
            return Optional.of(file);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
