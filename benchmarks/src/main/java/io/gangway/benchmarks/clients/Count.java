package io.gangway.benchmarks.clients;

/**
 * The counts of a load's clients since it began; only the latencies are of the time since the last count.
 *
 * @param done deliveries, acks or handshakes
 * @param reads how often a client read from its socket
 * @param writes how often one wrote to it, receipts included
 * @param segments the TCP segments with data that this machine has sent; -1 where that cannot be told
 * @param cpuNanos the CPU time of the clients' process
 * @param atNanos when it was counted, by {@link System#nanoTime}
 * @param latency how long the operations took from the moment they were due
 * @param beside the same of what goes on beside them: acks for {@link Load.Kind#STEADY} and {@link Load.Kind#SHOOTOUT},
 *     joining for {@link Load.Kind#GROUPS}
 */
public record Count(
        long done,
        long reads,
        long writes,
        long segments,
        long cpuNanos,
        long atNanos,
        Percentiles latency,
        Percentiles beside) {

    /**
     * How long this part of them took at most, in microseconds.
     *
     * @param of how many there were
     */
    public record Percentiles(long of, double p50Micros, double p95Micros, double p99Micros) {}
}
