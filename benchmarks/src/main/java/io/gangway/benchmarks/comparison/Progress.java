package io.gangway.benchmarks.comparison;

import java.util.Locale;
import java.util.function.Consumer;

/** Tells what is being done and about how long all will yet take. Confined to one thread. */
final class Progress {
    private final Consumer<String> out;
    private final double plannedSeconds;
    private final long start = System.nanoTime();
    private double begunSeconds;
    private double doneSeconds;

    /** @param plannedSeconds the sum of what the steps will be said to take */
    Progress(double plannedSeconds, Consumer<String> out) {
        this.plannedSeconds = plannedSeconds;
        this.out = out;
    }

    /** Ends the step before. */
    void step(String what, double seconds) {
        doneSeconds = begunSeconds;
        begunSeconds += seconds;
        double passed = (System.nanoTime() - start) / 1e9;
        // What was planned leaves out how long things take on this machine: that shows as it goes.
        double pace = doneSeconds < 5 ? 1 : passed / doneSeconds;
        double left = Math.max(0, plannedSeconds - doneSeconds) * pace;
        out.accept("[" + clock(passed) + ", about " + clock(left) + " left] " + what);
    }

    /** Something worth knowing of the step at hand. */
    void note(String what) {
        out.accept("  " + what);
    }

    private static String clock(double seconds) {
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
    }
}
