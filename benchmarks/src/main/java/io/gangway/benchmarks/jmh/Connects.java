package io.gangway.benchmarks.jmh;

import io.gangway.benchmarks.clients.Load;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Clients connect to a server and leave. An operation is a client that has joined: the score is handshakes per second.
 */
public class Connects extends LoadBenchmark {
    /** How many clients connect or leave at a time: the next one begins when one has left. */
    @Param("32")
    private int atOnce;

    @Override
    Load load(int port) {
        return Load.of(Load.Kind.CONNECT, port, atOnce, 0, 0);
    }

    /** Waits until a client is in the namespace. */
    @Benchmark
    public void handshakes() {
        take();
    }
}
