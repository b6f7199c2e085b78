package io.gangway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/** Which classes the compiled classes of a module name, read by the JDK's jdeps. */
public final class Jdeps {
    private static final Pattern ARROW = Pattern.compile("\\s+(\\S+)\\s+->\\s+(\\S+)\\s.*");

    private Jdeps() {}

    /** One class names another; both names are complete. */
    public record Arrow(String from, String to) {}

    /**
     * The arrows that begin in a package or below it; fails if there are none.
     *
     * @param classes the folder of the compiled classes, such as {@code target/classes}
     */
    public static List<Arrow> arrows(Path classes, String fromPackage) {
        StringWriter output = new StringWriter();
        PrintWriter printer = new PrintWriter(output);
        int exitCode = ToolProvider.findFirst("jdeps")
                .orElseThrow(() -> new AssertionError("this test needs a JDK, with jdeps"))
                .run(
                        printer,
                        printer,
                        "-verbose:class",
                        "-filter:none",
                        classes.resolve("io").toString());
        assertEquals(0, exitCode, () -> "jdeps failed: " + output);
        List<Arrow> arrows = output.toString()
                .lines()
                .map(ARROW::matcher)
                .filter(line -> line.matches() && line.group(1).startsWith(fromPackage + "."))
                .map(line -> new Arrow(line.group(1), line.group(2)))
                .distinct()
                .toList();
        assertFalse(
                arrows.isEmpty(), () -> "jdeps found no class of " + fromPackage + " in " + classes + ": " + output);
        return arrows;
    }
}
