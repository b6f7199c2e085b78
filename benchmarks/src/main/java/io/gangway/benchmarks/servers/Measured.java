package io.gangway.benchmarks.servers;

import io.gangway.benchmarks.clients.Count;
import io.gangway.benchmarks.processes.Segments;

/**
 * The work of a server and its clients between two counts.
 *
 * @param operations deliveries, acks or handshakes
 * @param serverCpuNanos the CPU time of the server's process, user and system
 * @param clientCpuNanos the CPU time of the clients' process
 * @param allocatedBytes the bytes allocated by the server's Java threads; -1 if unknown
 * @param writes how often the server wrote to a socket; -1 if unknown (see {@link Segments})
 * @param reads how often a client read from its socket
 */
public record Measured(
        long operations,
        long nanos,
        long serverCpuNanos,
        long clientCpuNanos,
        long allocatedBytes,
        long writes,
        long reads,
        Count.Percentiles latency,
        Count.Percentiles beside) {

    /** The difference between the first counts and the second. */
    public static Measured between(Spent spentBefore, Count before, Spent spentAfter, Count after) {
        boolean counted = before.segments() != Segments.UNKNOWN && after.segments() != Segments.UNKNOWN;
        long segments = after.segments() - before.segments();
        return new Measured(
                after.done() - before.done(),
                after.atNanos() - before.atNanos(),
                spentAfter.cpuNanos() - spentBefore.cpuNanos(),
                after.cpuNanos() - before.cpuNanos(),
                spentAfter.allocatedBytes() < 0 ? -1 : spentAfter.allocatedBytes() - spentBefore.allocatedBytes(),
                counted ? Math.max(0, segments - (after.writes() - before.writes())) : Segments.UNKNOWN,
                after.reads() - before.reads(),
                after.latency(),
                after.beside());
    }

    public double perSecond() {
        return operations * 1e9 / nanos;
    }

    public double serverCpuMicros() {
        return each(serverCpuNanos / 1e3);
    }

    /** Bytes per operation; NaN if unknown. */
    public double allocated() {
        return allocatedBytes < 0 ? Double.NaN : each((double) allocatedBytes);
    }

    /** Writes per operation; NaN if unknown. */
    public double writesEach() {
        return writes == Segments.UNKNOWN ? Double.NaN : each((double) writes);
    }

    private double each(double all) {
        return all / Math.max(1, operations);
    }

    /** The share of the time the clients were busy; near 1, they limited the rate. */
    public double clientBusy() {
        return (double) clientCpuNanos / nanos;
    }
}
