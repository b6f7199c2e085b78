package io.gangway.benchmarks.jmh;

import io.gangway.benchmarks.clients.Load;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
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

/** Clients ask a server for acks. An operation is an ack: the score is acks per second. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 4)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
public class Acks {
    @Param({"gangway", "netty-socketio", "jetty"})
    private String server = "";

    /** How many clients ask. */
    @Param("50")
    private int clients;

    /** The length of the text that is asked with and answered. */
    @Param("64")
    private int bytes;

    /** How many acks each client waits for at a time: it asks for the next one when it has one. */
    @Param({"1", "16"})
    private int underWay;

    private @Nullable UnderLoad load;

    @Setup
    public void connect(BenchmarkParams params) {
        load = UnderLoad.start(params, server, Load.Kind.ECHO, clients, bytes, underWay);
    }

    @Setup(Level.Iteration)
    public void resume() {
        load().resume();
    }

    /** Waits until a client has an ack. */
    @Benchmark
    public void acks() {
        load().take();
    }

    @TearDown(Level.Iteration)
    public void rest() {
        load().rest();
    }

    @TearDown
    public void close() {
        if (load != null) {
            load.close();
        }
    }

    private UnderLoad load() {
        if (load == null) {
            throw new IllegalStateException("no server was started");
        }
        return load;
    }
}
