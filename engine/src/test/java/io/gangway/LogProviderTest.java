package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.ILoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;
import org.slf4j.simple.SimpleServiceProvider;
import org.slf4j.spi.SLF4JServiceProvider;

/** What a start says where nothing writes the log; in JVMs of their own, for slf4j chooses its provider once. */
class LogProviderTest {
    @TempDir
    Path directory;

    /** The process: starts two engines and ends. */
    public static final class Starts {
        private Starts() {}

        public static void main(String[] arguments) {
            for (int i = 0; i < 2; i++) {
                Engine.builder().port(0).start().close();
            }
            Engine.builder().build().close();
        }
    }

    /** Chosen to be silent, as slf4j-nop is. */
    public static final class Silent extends SimpleServiceProvider {
        @Override
        public ILoggerFactory getLoggerFactory() {
            return new NOPLoggerFactory();
        }
    }

    @Test
    void withoutAProviderAStartSaysOnceThatErrorsGoNowhere() throws Exception {
        List<String> said = said(entry -> !entry.contains("slf4j-simple"));
        assertEquals(1, said.size(), said::toString);
        assertTrue(
                said.get(0).startsWith("Gangway: no SLF4J provider is on the class path, so errors are not logged"),
                said::toString);
    }

    @Test
    void withAProviderItSaysNothing() throws Exception {
        assertEquals(List.of(), said(entry -> true));
    }

    @Test
    void aProviderThatIsSilentOnPurposeIsLeftInPeace() throws Exception {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(SLF4JServiceProvider.class.getName()), Silent.class.getName());
        assertEquals(List.of(), said(entry -> true, "-Dslf4j.provider=" + Silent.class.getName()));
    }

    /** What the engine says on stderr, where the class path is the tests' as far as {@code kept}, and the directory. */
    private List<String> said(Predicate<String> kept, String... options) throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(kept)
                .collect(Collectors.joining(File.pathSeparator, directory + File.pathSeparator, ""));
        Path stderr = directory.resolve("stderr");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", classPath, Starts.class.getName()));
        Process process =
                new ProcessBuilder(command).redirectError(stderr.toFile()).start();
        assertEquals(0, process.waitFor(), () -> read(stderr));
        return read(stderr).lines().filter(line -> line.startsWith("Gangway")).toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
