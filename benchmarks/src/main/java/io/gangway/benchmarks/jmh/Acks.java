package io.gangway.benchmarks.jmh;

import io.gangway.benchmarks.clients.Load;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Clients request acks from a server. An operation is an ack: the score is acks per second. */
public class Acks extends LoadBenchmark {
    /** The number of clients. */
    @Param("50")
    private int clients;

    /** The length of the text in a request and its answer. */
    @Param("64")
    private int bytes;

    /** How many acks each client waits for at a time: it requests another when one arrives. */
    @Param({"1", "16"})
    private int underWay;

    @Override
    Load load(int port) {
        return Load.of(Load.Kind.ECHO, port, clients, bytes, underWay);
    }

    /** Waits until a client has received an ack. */
    @Benchmark
    public void acks() {
        take();
    }
}
