package io.gangway.benchmarks.processes;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A Java process with this class path that answers lines with lines, and ends when its standard input ends, at the
 * latest with this process. Its standard error is this process's.
 */
public final class ChildJvm implements AutoCloseable {
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    private final String name;
    private final Process process;
    private final BufferedWriter orders;
    private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();

    private ChildJvm(String name, Process process) {
        this.name = name;
        this.process = process;
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Starts the class's main method, on the given core if any. */
    public static ChildJvm start(String name, Optional<Integer> core, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        core.ifPresent(number -> command.addAll(Cores.command(number)));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            ChildJvm child = new ChildJvm(name, process);
            Thread reading = new Thread(child::readAnswers, name + "'s answers");
            reading.setDaemon(true);
            reading.start();
            return child;
        } catch (IOException failure) {
            throw new LoadFailure("cannot start " + name + " with \"" + command.get(0) + "\"", failure);
        }
    }

    private void readAnswers() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.add(Optional.of(line));
            }
        } catch (IOException broken) {
            // The process has ended, or close() has closed its streams: no more lines follow.
        } finally {
            answers.add(Optional.empty());
        }
    }

    /**
     * The next line that the process writes.
     *
     * @throws LoadFailure if the process ends, or writes nothing for {@code patience}
     */
    public String answer(Duration patience) {
        try {
            Optional<String> answer = answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (answer == null) {
                throw new LoadFailure(
                        name + " (process " + pid() + ") has not answered for " + patience.toSeconds() + " s");
            }
            return answer.orElseThrow(() -> new LoadFailure(name + " (process " + pid() + ") has died" + exitCode()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LoadFailure("interrupted while waiting for " + name, stopped);
        }
    }

    /** Sends a line and waits for the answer. */
    public String ask(String line, Duration patience) {
        try {
            orders.write(line);
            orders.newLine();
            orders.flush();
        } catch (IOException gone) {
            throw new LoadFailure(
                    name + " (process " + pid() + ") cannot be given an order: it has died" + exitCode(), gone);
        }
        return answer(patience);
    }

    private String exitCode() {
        try {
            return process.waitFor(1, TimeUnit.SECONDS) ? " with exit code " + process.exitValue() : "";
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        try {
            orders.close();
        } catch (IOException gone) {
            // The process had died before; the last order has reported that.
        }
        try {
            if (!process.waitFor(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Whether a program with this name is on the PATH. */
    static boolean isInstalled(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(path)
                .anyMatch(directory -> new File(directory, program).canExecute());
    }
}
