package io.gangway.benchmarks.clients;

/**
 * What came of a {@link Load} while it was measured.
 *
 * @param operations deliveries, acks or handshakes
 * @param total the operations of the whole load, before and after the measurement too
 * @param serverCpuNanos the server's CPU time, user and system
 * @param clientCpuNanos the CPU time of the clients' own process
 * @param reads how often a client read from its socket
 * @param p50Micros how long half of the operations took at most, from the moment they were due
 * @param echoP99Micros the same for the acks of {@link Load.Kind#STEADY}; 0 for others
 */
public record Measured(
        long operations,
        long total,
        long nanos,
        long serverCpuNanos,
        long clientCpuNanos,
        long reads,
        double p50Micros,
        double p99Micros,
        double echoP99Micros) {

    public double perSecond() {
        return operations * 1e9 / nanos;
    }

    public double serverCpuMicros() {
        return serverCpuNanos / 1e3 / Math.max(1, operations);
    }

    public double clientCpuMicros() {
        return clientCpuNanos / 1e3 / Math.max(1, operations);
    }

    /** Which part of the time the clients were at work: near 1, they were what limited the rate. */
    public double clientBusy() {
        return (double) clientCpuNanos / nanos;
    }
}
