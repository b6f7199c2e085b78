package io.gangway.benchmarks.jmh;

import io.gangway.benchmarks.clients.Load;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** Clients ask a server for acks. An operation is an ack: the score is acks per second. */
public class Acks extends LoadBenchmark {
    /** How many clients ask. */
    @Param("50")
    private int clients;

    /** The length of the text that is asked with and answered. */
    @Param("64")
    private int bytes;

    /** How many acks each client waits for at a time: it asks for the next one when it has one. */
    @Param({"1", "16"})
    private int underWay;

    @Override
    Load load(int port) {
        return Load.of(Load.Kind.ECHO, port, clients, bytes, underWay);
    }

    /** Waits until a client has an ack. */
    @Benchmark
    public void acks() {
        take();
    }
}
