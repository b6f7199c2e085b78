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
 * Keeps a server under load during each iteration of a trial. A subclass defines the load, and its one benchmark
 * method, named after an operation, calls {@link #take}.
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

    /** The load of the clients, for the server's port. */
    abstract Load load(int port);

    @Setup
    public void connect(BenchmarkParams params) {
        load = UnderLoad.start(params, server, this::load);
    }

    @Setup(Level.Iteration)
    public void resume() {
        started().resume();
    }

    /** Waits for one more completed operation. */
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
            throw new IllegalStateException("no server is running: the trial's setup failed");
        }
        return load;
    }
}
