package io.gangway.benchmarks.comparison;

import java.util.Locale;
import java.util.function.Consumer;

/** Reports the current step and the approximate remaining time. Confined to one thread. */
final class Progress {
    private final Consumer<String> out;
    private final double plannedSeconds;
    private final long start = System.nanoTime();
    private double begunSeconds;
    private double doneSeconds;

    /** @param plannedSeconds the sum of the steps' planned durations */
    Progress(double plannedSeconds, Consumer<String> out) {
        this.plannedSeconds = plannedSeconds;
        this.out = out;
    }

    /** Begins a step, and ends the previous one. */
    void step(String what, double seconds) {
        doneSeconds = begunSeconds;
        begunSeconds += seconds;
        double passed = (System.nanoTime() - start) / 1e9;
        // The plan does not know this machine's speed, which shows during the run.
        double pace = doneSeconds < 5 ? 1 : passed / doneSeconds;
        double left = Math.max(0, plannedSeconds - doneSeconds) * pace;
        out.accept("[" + clock(passed) + ", about " + clock(left) + " left] " + what);
    }

    /** Adds a remark about the current step. */
    void note(String what) {
        out.accept("  " + what);
    }

    private static String clock(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }
}
