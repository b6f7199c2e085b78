package io.gangway.benchmarks;

import io.gangway.benchmarks.comparison.Comparison;
import io.gangway.benchmarks.jmh.JmhCommand;
import java.io.IOException;
import java.util.Arrays;

/** What {@code java -jar benchmarks.jar} does: {@code jmh} and its options, or the options of {@link Comparison}. */
public final class Benchmarks {
    private Benchmarks() {}

    public static void main(String[] arguments) throws IOException {
        boolean jmh = arguments.length > 0 && arguments[0].equals("jmh");
        System.exit(
                jmh ? JmhCommand.run(Arrays.copyOfRange(arguments, 1, arguments.length)) : Comparison.run(arguments));
    }
}
