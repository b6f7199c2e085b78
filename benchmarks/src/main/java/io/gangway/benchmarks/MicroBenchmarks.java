package io.gangway.benchmarks;

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

/** Runs the benchmarks within one thread by JMH. */
final class MicroBenchmarks {
    private MicroBenchmarks() {}

    /** A line for each benchmark and parameter, best known from JMH: how long one call takes. */
    static List<String> run(Plan.Micro how) {
        if (how == Plan.Micro.NONE) {
            return List.of();
        }
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("\\.PacketCosts\\.")
                .include("\\.InterceptorOverhead\\.")
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        if (how == Plan.Micro.SHORT) {
            TimeValue short_ = TimeValue.milliseconds(300);
            options.forks(1)
                    .warmupIterations(3)
                    .warmupTime(short_)
                    .measurementIterations(3)
                    .measurementTime(short_);
        }
        try {
            return lines(new Runner(options.build()).run());
        } catch (RunnerException failure) {
            throw new IllegalStateException("JMH has failed", failure);
        }
    }

    private static List<String> lines(Collection<RunResult> results) {
        List<String> lines = new ArrayList<>();
        for (RunResult result : results) {
            String method = result.getParams().getBenchmark();
            String parameter = result.getParams().getParamsKeys().stream()
                    .map(key -> result.getParams().getParam(key))
                    .reduce((first, second) -> first + ", " + second)
                    .orElse("");
            lines.add(String.format(
                    Locale.ROOT,
                    "| `%s` | %s | %,.0f ns |",
                    method.substring(method.lastIndexOf('.', method.lastIndexOf('.') - 1) + 1),
                    parameter.toLowerCase(Locale.ROOT).replace('_', ' '),
                    result.getPrimaryResult().getScore()));
        }
        return lines;
    }
}
