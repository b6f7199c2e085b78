package io.gangway.benchmarks;

import io.gangway.benchmarks.comparison.Comparison;

/** What {@code java -jar benchmarks.jar} does: the options are those of {@link Comparison}. */
public final class Benchmarks {
    private Benchmarks() {}

    public static void main(String[] arguments) {
        System.exit(Comparison.run(arguments));
    }
}
