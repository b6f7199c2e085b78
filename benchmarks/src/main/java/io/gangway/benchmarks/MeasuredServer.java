package io.gangway.benchmarks;

import io.gangway.benchmarks.servers.Contender;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/**
 * The process of a server: writes its port, answers every line of its standard input with the bytes of live heap, and ends
 * with the input.
 */
final class MeasuredServer {
    private MeasuredServer() {}

    public static void main(String[] arguments) throws IOException {
        Contender contender = Contender.valueOf(arguments[0]);
        System.out.println(contender.start(0).port());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (lines.readLine() != null) {
                System.gc();
                System.gc(); // what the first has made reachable by finalizers and cleaners only
                System.out.println(
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            }
        }
        System.exit(0); // its threads are not daemons, and the clients are gone
    }
}
