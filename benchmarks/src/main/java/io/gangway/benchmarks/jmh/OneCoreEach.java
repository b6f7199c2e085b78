package io.gangway.benchmarks.jmh;

import io.gangway.benchmarks.processes.Cores;
import java.io.File;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.ExternalProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;

/**
 * Pins JMH's fork to the servers' core and tells it the clients' core, if there are two cores and {@code taskset}; does
 * nothing for benchmarks without clients. It profiles nothing: JMH lets only profilers decide where a fork runs.
 */
public final class OneCoreEach implements ExternalProfiler {
    private static final String CLIENTS = "gangway.benchmarks.clients.core";

    private final Cores cores = Cores.find();

    /** The clients' core, for a server in this process. */
    static Optional<Integer> ofClients() {
        return Optional.ofNullable(Integer.getInteger(CLIENTS));
    }

    @Override
    public Collection<String> addJVMInvokeOptions(BenchmarkParams params) {
        return applies(params) ? cores.servers().map(Cores::command).orElse(List.of()) : List.of();
    }

    @Override
    public Collection<String> addJVMOptions(BenchmarkParams params) {
        return applies(params)
                ? cores.clients()
                        .map(core -> List.of("-D" + CLIENTS + "=" + core))
                        .orElse(List.of())
                : List.of();
    }

    private static boolean applies(BenchmarkParams params) {
        return params.getBenchmark().startsWith(OneCoreEach.class.getPackageName() + ".");
    }

    @Override
    public void beforeTrial(BenchmarkParams params) {}

    @Override
    public Collection<? extends Result<?>> afterTrial(BenchmarkResult result, long pid, File out, File err) {
        return List.of();
    }

    @Override
    public boolean allowPrintOut() {
        return true;
    }

    @Override
    public boolean allowPrintErr() {
        return true;
    }

    @Override
    public String getDescription() {
        return "The server on one core, its clients on another";
    }
}
