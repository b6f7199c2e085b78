package io.gangway.benchmarks.comparison;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The options of the command line.
 *
 * @param shapes the published benchmarks to run; none runs the comparison
 * @param directory the directory for the report
 */
record Choice(Plan plan, List<Shape> shapes, Path directory) {
    private static final String REPORT = "--report=";

    /**
     * Reads the options.
     *
     * @throws IllegalArgumentException if an option is unknown; the message lists the known ones
     */
    static Choice of(String... options) {
        Plan plan = Plan.quick();
        List<Shape> shapes = new ArrayList<>();
        Path directory = besideTheJar();
        for (String option : options) {
            Optional<Shape> shape = Arrays.stream(Shape.values())
                    .filter(each -> each.option().equals(option))
                    .findFirst();
            if (shape.isPresent()) {
                shapes.add(shape.get());
            } else if (option.equals("--full")) {
                plan = Plan.full();
            } else if (option.startsWith(REPORT) && option.length() > REPORT.length()) {
                directory = Path.of(option.substring(REPORT.length()));
            } else {
                throw new IllegalArgumentException("unknown: " + option + "\n" + usage());
            }
        }
        if (plan.name().equals(Plan.full().name()) && !shapes.isEmpty()) {
            throw new IllegalArgumentException(
                    "--full applies only to the comparison; " + shapes.get(0).option() + " has one length\n" + usage());
        }
        return new Choice(plan, List.copyOf(shapes), directory);
    }

    private static String usage() {
        return "usage: java -jar benchmarks.jar [--full | "
                + Arrays.stream(Shape.values()).map(Shape::option).collect(Collectors.joining(" "))
                + "] [--report=DIRECTORY]\n       java -jar benchmarks.jar jmh [JMH's options; -h lists them]";
    }

    /** The directory {@code report} next to the jar, or in the working directory if there is no jar. */
    private static Path besideTheJar() {
        try {
            Path code = Path.of(Choice.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path parent = code.getParent();
            return parent == null || !Files.isRegularFile(code) ? Path.of("report") : parent.resolve("report");
        } catch (URISyntaxException broken) {
            throw new IllegalStateException(broken);
        }
    }
}
