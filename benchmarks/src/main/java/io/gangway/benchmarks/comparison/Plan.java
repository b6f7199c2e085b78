package io.gangway.benchmarks.comparison;

import java.util.List;

/**
 * The extent of a comparison.
 *
 * @param rounds the number of rounds, whose median is reported
 * @param warmMillis how long each of four loads warms a server in one pass
 * @param mostWarmPasses the maximum number of passes
 * @param leadMillis how long a load runs before it is measured
 * @param idleSockets the number of idle clients whose memory is measured
 * @param heapPauseMillis the pause between looks at the live heap, until it no longer changes
 * @param steadySockets the number of clients in the latency measurement
 * @param steadyMillis the duration of the latency measurement
 * @param micro whether and how JMH runs
 */
record Plan(
        String name,
        int rounds,
        List<Integer> receivers,
        List<Integer> bytes,
        List<Integer> windows,
        int echoClients,
        int connectsAtOnce,
        int idleSockets,
        long heapPauseMillis,
        int steadySockets,
        long warmMillis,
        int mostWarmPasses,
        long leadMillis,
        long measureMillis,
        long steadyMillis,
        Micro micro) {

    /** How JMH runs. */
    enum Micro {
        NONE(0),
        SHORT(40),
        LONG(450);

        private final double plannedSeconds;

        Micro(double plannedSeconds) {
            this.plannedSeconds = plannedSeconds;
        }

        /** The approximate duration. */
        double plannedSeconds() {
            return plannedSeconds;
        }
    }

    /** About seven minutes on two cores, up to one for each server to warm it. */
    static Plan quick() {
        return new Plan(
                "quick",
                3,
                List.of(10, 100, 1000),
                List.of(64, 1024),
                List.of(1, 16),
                50,
                32,
                2000,
                500,
                1000,
                1000,
                15,
                300,
                600,
                1500,
                Micro.SHORT);
    }

    /** About half an hour. */
    static Plan full() {
        return new Plan(
                "full",
                5,
                List.of(10, 100, 1000, 5000),
                List.of(64, 1024),
                List.of(1, 16),
                50,
                32,
                8000,
                500,
                1000,
                2000,
                12,
                700,
                2000,
                10_000,
                Micro.LONG);
    }

    /** A few seconds: tests that everything runs, without meaningful figures. */
    static Plan smoke() {
        return new Plan(
                "smoke",
                1,
                List.of(10),
                List.of(64),
                List.of(1, 16),
                10,
                4,
                20,
                20,
                10,
                20,
                1,
                20,
                100,
                300,
                Micro.NONE);
    }
}
