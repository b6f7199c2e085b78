package io.gangway.benchmarks.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.benchmarks.processes.Cores;
import io.gangway.benchmarks.processes.LoadFailure;
import io.gangway.benchmarks.report.Document;
import io.gangway.benchmarks.report.Section;
import io.gangway.benchmarks.servers.Contender;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole comparison in small, in its own processes. */
class ComparisonTest {
    private static final Cores ANY = new Cores(Optional.empty(), Optional.empty());

    private static Stage stage;

    private final List<String> told = new ArrayList<>();

    @BeforeAll
    static void start() {
        stage = new Stage(ANY);
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    @Test
    void measuresEveryServerWithEveryLoad() {
        Plan plan = Plan.smoke();
        Results results = new ServerComparison(plan, stage, progress(plan)).run();

        assertEquals(6, results.rows().size(), "fan-out and echo with two windows each, connects, latency");
        for (Row row : results.rows()) {
            for (Contender contender : Contender.values()) {
                assertEquals(1, results.all(row, contender).count(), contender + " with " + row);
            }
        }
        List<Section> sections = Report.of(results, List.of(List.of("`some`", "64", "1 ns")));
        Document document =
                new Document("Figures", Comparison.circumstances(ANY, "smoke", Report.others(results)), sections);
        for (String title : List.of("Fan-out", "Acks", "Connects", "Latency", "Memory", "JMH")) {
            assertTrue(document.markdown().contains("### " + title) || title.equals("JMH"), document::markdown);
            assertTrue(document.html().contains(title), document::html);
        }
        String first = told.get(0);
        assertTrue(first.startsWith("[0:00, about "), first);
        assertTrue(
                told.stream().anyMatch(line -> line.contains("round 1 of 1: fan-out to 10, netty-socketio")),
                told::toString);
    }

    @Test
    void runsThePublishedShapes() {
        Shapes shapes = new Shapes(stage, progress(Plan.smoke()), Shapes.Size.SMOKE);
        for (Shape shape : Shape.values()) {
            Section section = shapes.run(shape);

            assertEquals(
                    Contender.values().length,
                    section.table().orElseThrow().rows().size());
            assertEquals(1, section.charts().size());
            assertTrue(section.notes().get(0).startsWith("As in "), section::toString);
            assertTrue(section.notes().get(1).startsWith("Different here"), section::toString);
        }
    }

    @Test
    void aProcessThatDiesEndsTheComparison() {
        try (Stage doomed = new Stage(ANY)) {
            ServerComparison comparison = new ServerComparison(Plan.smoke(), doomed, progress(Plan.smoke()));
            kill(doomed.pids().get(0));
            String server = assertThrows(LoadFailure.class, comparison::run).getMessage();
            assertTrue(server.startsWith("Gangway, Row[kind=HOLD"), server);
            assertTrue(server.contains("Connection refused"), server);

            long pid = doomed.pids().get(doomed.pids().size() - 1);
            kill(pid);
            String clients = assertThrows(LoadFailure.class, comparison::run).getMessage();
            assertTrue(clients.contains("the clients' process (process " + pid + ")"), clients);
            assertTrue(clients.endsWith("has died with exit code 137"), clients);
        }
    }

    private Progress progress(Plan plan) {
        return new Progress(ServerComparison.plannedSeconds(plan), told::add);
    }

    private static void kill(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }
}
