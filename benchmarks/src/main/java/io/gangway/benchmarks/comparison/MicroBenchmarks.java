package io.gangway.benchmarks.comparison;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the single-threaded JMH benchmarks. */
final class MicroBenchmarks {
    private static final List<String> CLASSES = List.of("PacketCosts", "InterceptorOverhead");

    private MicroBenchmarks() {}

    /** One row for each benchmark and parameter, with the time per call. */
    static List<List<String>> run(Plan.Micro how, Progress progress) {
        List<List<String>> rows = new ArrayList<>();
        if (how != Plan.Micro.NONE) {
            for (String name : CLASSES) {
                progress.step("JMH: " + name, how.plannedSeconds() / CLASSES.size());
                rows.addAll(run(how, name));
            }
        }
        return rows;
    }

    private static List<List<String>> run(Plan.Micro how, String name) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("\\." + name + "\\.")
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        if (how == Plan.Micro.SHORT) {
            TimeValue brief = TimeValue.milliseconds(300);
            options.forks(1)
                    .warmupIterations(3)
                    .warmupTime(brief)
                    .measurementIterations(3)
                    .measurementTime(brief);
        }
        try {
            return rows(new Runner(options.build()).run());
        } catch (RunnerException failure) {
            throw new IllegalStateException("JMH failed", failure);
        }
    }

    private static List<List<String>> rows(Collection<RunResult> results) {
        List<List<String>> rows = new ArrayList<>();
        for (RunResult result : results) {
            String method = result.getParams().getBenchmark();
            String parameter = result.getParams().getParamsKeys().stream()
                    .map(key -> result.getParams().getParam(key))
                    .reduce((first, second) -> first + ", " + second)
                    .orElse("");
            rows.add(List.of(
                    "`" + method.substring(method.lastIndexOf('.', method.lastIndexOf('.') - 1) + 1) + "`",
                    parameter.toLowerCase(Locale.ROOT).replace('_', ' '),
                    String.format(
                            Locale.ROOT, "%,.0f ns", result.getPrimaryResult().getScore())));
        }
        return rows;
    }
}
