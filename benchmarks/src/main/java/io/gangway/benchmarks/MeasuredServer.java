package io.gangway.benchmarks;

import io.gangway.benchmarks.servers.Contender;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/**
 * The process of a server: writes its port, answers the lines of its standard input, and ends with the input.
 */
final class MeasuredServer {
    /** Answered with the bytes of live heap. */
    static final String HEAP = "heap";

    /** Answered with the milliseconds that the JIT compilers have taken so far. */
    static final String COMPILATION = "compilation";

    private MeasuredServer() {}

    public static void main(String[] arguments) throws IOException {
        Contender contender = Contender.valueOf(arguments[0]);
        System.out.println(contender.start(0).port());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(answer(line));
            }
        }
        System.exit(0); // its threads are not daemons, and the clients are gone
    }

    private static long answer(String question) {
        return switch (question) {
            case HEAP -> liveHeap();
            case COMPILATION -> ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
            default -> throw new IllegalArgumentException("unknown: " + question);
        };
    }

    private static long liveHeap() {
        System.gc();
        System.gc(); // what the first has made reachable by finalizers and cleaners only
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
