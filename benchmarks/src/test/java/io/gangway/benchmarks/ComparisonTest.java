package io.gangway.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.benchmarks.clients.LoadFailure;
import io.gangway.benchmarks.servers.Contender;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The whole comparison in small, in its own processes. */
class ComparisonTest {
    private static final Cores ANY = new Cores(Optional.empty(), Optional.empty());

    @Test
    void measuresEveryServerWithEveryLoad() {
        Results results;
        try (ServerComparison comparison = new ServerComparison(Plan.smoke(), ANY, step -> {})) {
            results = comparison.run();
        }

        assertEquals(6, results.rows().size(), "fan-out and echo with two windows each, connects, latency");
        for (Row row : results.rows()) {
            for (Contender contender : Contender.values()) {
                assertEquals(1, results.all(row, contender).count(), contender + " with " + row);
            }
        }
        String report =
                Report.of(results, List.of("| `some` | 64 | 1 ns |"), Comparison.circumstances(Plan.smoke(), ANY));
        for (String title : List.of("Fan-out", "Acks", "Connects", "Latency", "Memory", "JMH")) {
            assertTrue(report.contains(title), report);
        }
    }

    @Test
    void aProcessThatDiesEndsTheComparison() {
        try (ServerComparison comparison = new ServerComparison(Plan.smoke(), ANY, step -> {})) {
            kill(comparison.pids().get(0));
            String server = assertThrows(LoadFailure.class, comparison::run).getMessage();
            assertTrue(server.startsWith("Gangway, Row[kind=HOLD"), server);
            assertTrue(server.contains("Connection refused"), server);

            long pid = comparison.pids().get(comparison.pids().size() - 1);
            kill(pid);
            String clients = assertThrows(LoadFailure.class, comparison::run).getMessage();
            assertTrue(clients.startsWith("the clients' process (process " + pid + ")"), clients);
            assertTrue(clients.endsWith("has died with exit code 137"), clients);
        }
    }

    private static void kill(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }
}
