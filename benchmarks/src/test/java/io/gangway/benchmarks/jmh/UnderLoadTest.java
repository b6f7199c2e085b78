package io.gangway.benchmarks.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.gangway.benchmarks.processes.LoadFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Says whether the figures are right, and nothing of speed: an iteration of a fifth of a second is as good as any. */
class UnderLoadTest {
    /** What JMH and the clients have counted in an iteration. */
    private record Both(long byJmh, UnderLoad.Iteration iteration) {}

    private static final List<Both> SEEN = new CopyOnWriteArrayList<>();

    /** Public and with a public constructor, for JMH makes it. */
    public static final class Watching implements InternalProfiler {
        @Override
        public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {}

        @Override
        public Collection<? extends Result<?>> afterIteration(
                BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
            SEEN.add(new Both(result.getMetadata().getAllOps(), Objects.requireNonNull(UnderLoad.lastIteration())));
            return List.of();
        }

        @Override
        public String getDescription() {
            return "what was counted";
        }
    }

    @TempDir
    private Path directory = Path.of("");

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FanOut", "Acks", "Connects"})
    void jmhCountsWhatTheClientsCount(String benchmark) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include("jmh\\." + benchmark + "\\.")
                        .param("server", "gangway")
                        .param("receivers", "10")
                        .param("underWay", "4")
                        .addProfiler(Watching.class.getName())
                        .forks(0)
                        .warmupIterations(1)
                        .warmupTime(TimeValue.milliseconds(200))
                        .measurementIterations(2)
                        .measurementTime(TimeValue.milliseconds(200))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();

        assertEquals(3, SEEN.size());
        for (Both both : SEEN) {
            assertTrue(both.byJmh > 0, both::toString);
            assertEquals(both.byJmh, both.iteration.taken(), both::toString);
            assertEquals(
                    both.byJmh + both.iteration.late(),
                    both.iteration.measured().operations(),
                    both::toString);
            ServerCosts.requireSame(both.byJmh, both.iteration);
            assertThrows(LoadFailure.class, () -> ServerCosts.requireSame(both.byJmh + 1, both.iteration));
        }
    }

    @Test
    void theCommandWritesWhatTheServerSpentToJson() throws Exception {
        Path json = directory.resolve("figures.json");

        int exitCode = JmhCommand.run(
                "FanOut",
                "-p",
                "server=gangway",
                "-p",
                "receivers=10",
                "-p",
                "underWay=4",
                "-wi",
                "0",
                "-i",
                "1",
                "-r",
                "200ms",
                "-foe",
                "true",
                "-v",
                "SILENT",
                "-rf",
                "json",
                "-rff",
                json.toString());

        assertEquals(0, exitCode);
        JsonArray runs = JsonParser.parseString(Files.readString(json)).getAsJsonArray();
        assertEquals(1, runs.size(), runs::toString);
        JsonObject run = runs.get(0).getAsJsonObject();
        assertTrue(run.getAsJsonObject("primaryMetric").get("score").getAsDouble() > 0, run::toString);
        JsonObject figures = run.getAsJsonObject("secondaryMetrics");
        assertTrue(figures.keySet().containsAll(Set.of("cpu", "allocated", "clientsBusy")), figures::toString);
        if (Files.isReadable(Path.of("/proc/net/netstat"))) {
            JsonObject writes = figures.getAsJsonObject("writes");
            assertEquals("writes/op", writes.get("scoreUnit").getAsString());
            assertTrue(writes.get("score").getAsDouble() > 0, figures::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-t 2", "-bm ss", "-bm sample"})
    void whatMakesNoSenseIsRefused(String options) {
        RunnerException failure = assertThrows(RunnerException.class, () -> {
            String[] words =
                    ("FanOut -p server=gangway -f 0 -wi 0 -i 1 -r 10ms -foe true -v SILENT " + options).split(" ");
            new Runner(new org.openjdk.jmh.runner.options.CommandLineOptions(words)).run();
        });

        StringBuilder all = new StringBuilder();
        collect(failure, all);
        assertTrue(all.toString().contains(options.startsWith("-t") ? "leave -t out" : "use -bm thrpt"), all::toString);
    }

    @Test
    void aServerThatDoesNotExistIsNamed() throws Exception {
        assertEquals(2, JmhCommand.run("FanOut", "-p", "server=socket.io"));
    }

    private static void collect(Throwable failure, StringBuilder all) {
        all.append(failure).append('\n');
        for (Throwable suppressed : failure.getSuppressed()) {
            collect(suppressed, all);
        }
        if (failure.getCause() != null) {
            collect(failure.getCause(), all);
        }
    }
}
