package io.gangway.benchmarks;

import io.gangway.benchmarks.clients.LoadFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Properties;

/** Measures Gangway and the others, and prints tables in Markdown: {@code java -jar benchmarks.jar [--full]}. */
public final class Comparison {
    private static final String USAGE = "usage: java -jar benchmarks.jar [--full]";

    private Comparison() {}

    public static void main(String[] arguments) {
        if (arguments.length > 1 || (arguments.length == 1 && !arguments[0].equals("--full"))) {
            System.err.println("unknown: " + String.join(" ", arguments) + "; " + USAGE);
            System.exit(2);
        }
        Plan plan = arguments.length == 0 ? Plan.quick() : Plan.full();
        try {
            Cores cores = Cores.find();
            Results results;
            try (ServerComparison comparison = new ServerComparison(plan, cores, Comparison::tell)) {
                results = comparison.run();
            }
            tell("JMH");
            List<String> micro = MicroBenchmarks.run(plan.micro());
            System.out.println(Report.of(results, micro, circumstances(plan, cores)));
        } catch (LoadFailure failure) {
            System.err.println("no figures: " + failure.getMessage());
            System.exit(1);
        }
    }

    private static void tell(String step) {
        System.err.println(step);
    }

    static String circumstances(Plan plan, Cores cores) {
        Properties versions = versions();
        return Runtime.getRuntime().availableProcessors() + " cores, "
                + (cores.pinned() ? "the servers on one, the clients on another" : "shared by servers and clients")
                + "; " + LocalDate.now(ZoneOffset.UTC) + "; Java " + System.getProperty("java.runtime.version")
                + " with default options; Jetty " + versions.getProperty("jetty")
                + "; netty-socketio " + versions.getProperty("netty-socketio")
                + "; " + plan.name() + ", medians of " + plan.rounds() + " rounds. Ratio: theirs by Gangway's.";
    }

    private static Properties versions() {
        try (InputStream stream = Comparison.class.getResourceAsStream("versions.properties")) {
            if (stream == null) {
                throw new IllegalStateException("versions.properties is not in the jar");
            }
            Properties versions = new Properties();
            versions.load(stream);
            return versions;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
