package io.gangway.benchmarks.clients;

import java.util.Arrays;

/** A histogram of durations with classes at most 1.6 % wide. Confined to one thread. */
final class Latencies {
    private static final int EXACT = 128; // smaller values have a class each
    private static final int PER_OCTAVE = 64;

    private final long[] counts = new long[EXACT + PER_OCTAVE * (63 - 7)];
    private long total;

    void add(long nanos) {
        counts[classOf(Math.max(0, nanos))]++;
        total++;
    }

    /** Returns the percentiles, and empties the histogram. */
    Count.Percentiles take() {
        Count.Percentiles taken =
                new Count.Percentiles(total, percentileMicros(0.5), percentileMicros(0.95), percentileMicros(0.99));
        Arrays.fill(counts, 0);
        total = 0;
        return taken;
    }

    /** The percentile in microseconds; 0 if the histogram is empty. */
    private double percentileMicros(double part) {
        if (total == 0) {
            return 0;
        }
        long rank = Math.max(1, (long) Math.ceil(part * total));
        long seen = 0;
        int at = -1;
        while (seen < rank) {
            seen += counts[++at];
        }
        return upperEnd(at) / 1e3;
    }

    private static int classOf(long nanos) {
        if (nanos < EXACT) {
            return (int) nanos;
        }
        int shift = 57 - Long.numberOfLeadingZeros(nanos); // leaves 64 to 127
        return (shift << 6) + (int) (nanos >> shift);
    }

    private static long upperEnd(int at) {
        if (at < EXACT) {
            return at;
        }
        int shift = (at >> 6) - 1;
        return ((at - (shift << 6) + 1L) << shift) - 1;
    }
}
