package io.gangway.benchmarks.jmh;

import io.gangway.benchmarks.processes.LoadFailure;
import io.gangway.benchmarks.servers.Measured;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Reports the server's CPU time, writes to sockets and allocation per operation of an iteration, and how busy the
 * clients were. Also checks JMH's count of operations against the clients'.
 */
public final class ServerCosts implements InternalProfiler {
    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {}

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        UnderLoad.Iteration last = UnderLoad.lastIteration();
        if (last == null) {
            return List.of();
        }
        try {
            requireSame(result.getMetadata().getAllOps(), last);
        } catch (LoadFailure different) {
            last.of().close(); // because JMH will not
            throw different;
        }
        Measured measured = last.measured();
        List<Result<?>> results = new ArrayList<>();
        add(results, "cpu", measured.serverCpuMicros(), "us/op");
        add(results, "writes", measured.writesEach(), "writes/op");
        add(results, "allocated", measured.allocated(), "B/op");
        add(results, "clientsBusy", 100 * measured.clientBusy(), "%");
        return results;
    }

    /** @throws LoadFailure if the clients' count differs from JMH's plus the operations that were too late for it */
    static void requireSame(long counted, UnderLoad.Iteration last) {
        long received = last.measured().operations();
        if (counted + last.late() != received) {
            throw new LoadFailure("JMH counted " + counted + " operations and " + last.late()
                    + " completed after the iteration's time, but the clients counted " + received);
        }
    }

    private static void add(List<Result<?>> results, String label, double value, String unit) {
        if (!Double.isNaN(value)) { // this machine does not provide the figure
            results.add(new ScalarResult(label, value, unit, AggregationPolicy.AVG));
        }
    }

    @Override
    public String getDescription() {
        return "The server's CPU time, writes and allocation per operation";
    }
}
