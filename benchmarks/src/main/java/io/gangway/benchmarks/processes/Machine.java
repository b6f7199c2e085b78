package io.gangway.benchmarks.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The CPU time used on the machine so far, to find out whether other programs are active.
 *
 * @param busyNanos the busy time of all cores together, including time stolen by other guests
 * @param allNanos the total time of all cores together
 * @param ownNanos the CPU time of this process and of those it measures
 */
public record Machine(long busyNanos, long allNanos, long ownNanos) {
    private static final Path STAT = Path.of("/proc/stat");
    private static final long NANOS_PER_TICK = 10_000_000; // USER_HZ is 100

    // The order in /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal. Soft interrupts are mostly the
    // loopback device's work for the processes here.
    private static final int[] BUSY = {0, 1, 2, 7};
    private static final int COUNTED = 8;

    /** Empty where there is no {@code /proc/stat}. */
    public static Optional<Machine> look(Collection<Long> measuredPids) {
        if (!Files.isReadable(STAT)) {
            return Optional.empty();
        }
        try {
            String total = Files.readAllLines(STAT).get(0); // "cpu  1 2 3 ..."
            long[] ticks = Arrays.stream(total.substring("cpu".length()).strip().split(" ", -1))
                    .limit(COUNTED)
                    .mapToLong(Long::parseLong)
                    .toArray();
            long busy = Arrays.stream(BUSY).mapToLong(field -> ticks[field]).sum();
            long own = LongStream.concat(
                            LongStream.of(ProcessHandle.current().pid()),
                            measuredPids.stream().mapToLong(Long::longValue))
                    .map(Machine::cpuNanos)
                    .sum();
            return Optional.of(
                    new Machine(busy * NANOS_PER_TICK, Arrays.stream(ticks).sum() * NANOS_PER_TICK, own));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static long cpuNanos(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toNanos)
                .orElse(0L);
    }

    /** The share of all cores' time that other programs used since {@code before}, 0 to 1. */
    public double othersSince(Machine before) {
        long others = busyNanos - before.busyNanos - (ownNanos - before.ownNanos);
        return Math.max(0, (double) others / (allNanos - before.allNanos));
    }
}
