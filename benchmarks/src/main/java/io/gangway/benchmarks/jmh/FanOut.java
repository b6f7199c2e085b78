package io.gangway.benchmarks.jmh;

import io.gangway.benchmarks.clients.Load;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** A server emits to all of its clients. An operation is a delivery: the score is deliveries per second. */
public class FanOut extends LoadBenchmark {
    /** The number of clients that receive each message. */
    @Param({"10", "100", "1000"})
    private int receivers;

    /** The length of the text in a message. */
    @Param("64")
    private int bytes;

    /** How many broadcasts may be in flight: one is emitted when all clients have received the one so many earlier. */
    @Param({"1", "16"})
    private int underWay;

    @Override
    Load load(int port) {
        return Load.of(Load.Kind.FAN_OUT, port, receivers, bytes, underWay);
    }

    /** Emits if another broadcast may be in flight, and waits for one delivery to a client. */
    @Benchmark
    public void deliveries() {
        take();
    }
}
