package io.gangway.benchmarks;

import io.gangway.benchmarks.comparison.Comparison;
import io.gangway.benchmarks.jmh.JmhCommand;
import java.io.IOException;
import java.util.Arrays;

/** The main class of {@code benchmarks.jar}: runs {@code jmh} with its options, or {@link Comparison} with its own. */
public final class Benchmarks {
    private Benchmarks() {}

    public static void main(String[] arguments) throws IOException {
        boolean jmh = arguments.length > 0 && arguments[0].equals("jmh");
        System.exit(
                jmh ? JmhCommand.run(Arrays.copyOfRange(arguments, 1, arguments.length)) : Comparison.run(arguments));
    }
}
