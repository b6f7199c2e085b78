package io.gangway.benchmarks.comparison;

import io.gangway.benchmarks.processes.Cores;
import io.gangway.benchmarks.processes.LoadFailure;
import io.gangway.benchmarks.report.Document;
import io.gangway.benchmarks.report.Section;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * Measures Gangway and the other servers, reports progress on standard error, prints Markdown tables on standard
 * output, and writes {@code index.html} and {@code fan-out.svg}.
 */
public final class Comparison {
    private Comparison() {}

    /** Runs with the options of the command line, and returns the exit code. */
    public static int run(String... arguments) {
        Choice choice;
        try {
            choice = Choice.of(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            return 2;
        }
        try {
            Files.createDirectories(choice.directory()); // now, to fail before half an hour of measuring
            return choice.shapes().isEmpty() ? compare(choice) : shapes(choice);
        } catch (IOException failure) {
            System.err.println("cannot write the report to " + choice.directory() + ": " + failure);
            return 1;
        } catch (LoadFailure failure) {
            System.err.println("no figures: " + failure.getMessage());
            return 1;
        }
    }

    private static int compare(Choice choice) throws IOException {
        Plan plan = choice.plan();
        Cores cores = Cores.find();
        Progress progress = new Progress(
                ServerComparison.plannedSeconds(plan) + plan.micro().plannedSeconds(), System.err::println);
        Results results;
        try (Stage stage = new Stage(cores)) {
            results = new ServerComparison(plan, stage, progress).run();
        }
        List<Section> sections = Report.of(results, MicroBenchmarks.run(plan.micro(), progress));
        Files.writeString(
                choice.directory().resolve("fan-out.svg"),
                Report.fanOutChart(results).svg());
        write(
                choice.directory(),
                circumstances(
                        cores,
                        plan.name() + ", medians of " + plan.rounds()
                                + " rounds. Ratio: the other server's figure divided by Gangway's.",
                        Report.others(results)),
                sections);
        return 0;
    }

    private static int shapes(Choice choice) throws IOException {
        Cores cores = Cores.find();
        Progress progress = new Progress(Shapes.plannedSeconds(choice.shapes()), System.err::println);
        List<Section> sections = new ArrayList<>();
        try (Stage stage = new Stage(cores)) {
            Shapes shapes = new Shapes(stage, progress, Shapes.Size.PUBLISHED);
            choice.shapes().forEach(shape -> sections.add(shapes.run(shape)));
        }
        write(choice.directory(), circumstances(cores, "published shapes, one run each.", Optional.empty()), sections);
        return 0;
    }

    private static void write(Path directory, List<String> circumstances, List<Section> sections) throws IOException {
        Document document = new Document("The cost of Gangway compared with other servers", circumstances, sections);
        System.out.println(document.markdown());
        Path page = directory.resolve("index.html");
        Files.writeString(page, document.html());
        System.err.println("report with charts: " + page.toAbsolutePath().normalize());
    }

    static List<String> circumstances(Cores cores, String how, Optional<String> others) {
        Properties versions = versions();
        List<String> paragraphs = new ArrayList<>();
        paragraphs.add(Runtime.getRuntime().availableProcessors() + " cores, "
                + (cores.pinned() ? "the servers on one, the clients on another" : "shared by servers and clients")
                + "; " + LocalDate.now(ZoneOffset.UTC) + "; Java " + System.getProperty("java.runtime.version")
                + " with default options; Jetty " + versions.getProperty("jetty")
                + "; netty-socketio " + versions.getProperty("netty-socketio")
                + "; " + how);
        others.ifPresent(paragraphs::add);
        return paragraphs;
    }

    private static Properties versions() {
        try (InputStream stream = Comparison.class.getResourceAsStream("/io/gangway/benchmarks/versions.properties")) {
            if (stream == null) {
                throw new IllegalStateException("versions.properties is not in the jar");
            }
            Properties versions = new Properties();
            versions.load(stream);
            return versions;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
