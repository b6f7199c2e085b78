package io.gangway.benchmarks.jmh;

import io.gangway.benchmarks.clients.Load;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * A server under a load for as long as a trial, at rest between iterations. A benchmark says which load, and its one method,
 * which has a name of its own for an operation, calls {@link #take}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 4)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
public abstract class LoadBenchmark {
    @Param({"gangway", "netty-socketio", "jetty"})
    private String server = "";

    private @Nullable UnderLoad load;

    /** What the clients of the server on this port are to do. */
    abstract Load load(int port);

    @Setup
    public void connect(BenchmarkParams params) {
        load = UnderLoad.start(params, server, this::load);
    }

    @Setup(Level.Iteration)
    public void resume() {
        started().resume();
    }

    /** Waits until one operation more is done. */
    final void take() {
        started().take();
    }

    @TearDown(Level.Iteration)
    public void rest() {
        started().rest();
    }

    @TearDown
    public void close() {
        if (load != null) {
            load.close();
        }
    }

    private UnderLoad started() {
        if (load == null) {
            throw new IllegalStateException("no server was started");
        }
        return load;
    }
}
