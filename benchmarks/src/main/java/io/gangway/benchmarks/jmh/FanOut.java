package io.gangway.benchmarks.jmh;

import io.gangway.benchmarks.clients.Load;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** A server emits to all of its clients. An operation is a delivery: the score is deliveries per second. */
public class FanOut extends LoadBenchmark {
    /** How many clients get each message. */
    @Param({"10", "100", "1000"})
    private int receivers;

    /** The length of the text in a message. */
    @Param("64")
    private int bytes;

    /** How many broadcasts may be under way: the next one is emitted when all clients have the one so many before it. */
    @Param({"1", "16"})
    private int underWay;

    @Override
    Load load(int port) {
        return Load.of(Load.Kind.FAN_OUT, port, receivers, bytes, underWay);
    }

    /** Emits if a broadcast may leave, and waits until a client has what was emitted. */
    @Benchmark
    public void deliveries() {
        take();
    }
}
