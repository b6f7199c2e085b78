package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files stay short enough to hold one concept each. */
class FileLengthTest {
    private static final int LONGEST = 350;

    @ParameterizedTest
    @ValueSource(strings = {"engine", "engine-redis"})
    void noFileIsLongerThanOneConceptNeeds(String module) throws IOException {
        Path sources = MapTest.engine().resolveSibling(module).resolve("src/main/java");
        List<Path> files;
        try (Stream<Path> all = Files.walk(sources)) {
            files = all.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
        assertEquals(false, files.isEmpty(), () -> "no source file found in " + sources);
        List<String> tooLong = new ArrayList<>();
        for (Path file : files) {
            long lines = linesWithoutJavadoc(Files.readAllLines(file));
            if (lines > LONGEST) {
                tooLong.add(sources.relativize(file) + " has " + lines + " lines without its Javadoc");
            }
        }
        if (!tooLong.isEmpty()) {
            fail(module + ": at most " + LONGEST + " lines are allowed, since longer files hide a second concept; "
                    + "find it and move it to a class of its own:\n" + String.join("\n", tooLong));
        }
    }

    @Test
    void linesOfJavadocDoNotCount() {
        assertEquals(
                4,
                linesWithoutJavadoc(List.of(
                        "/** One line. */",
                        "class Some {",
                        "    /**",
                        "     * Several lines.",
                        "     */",
                        "    // a comment",
                        "    /* another */",
                        "}")));
    }

    private static long linesWithoutJavadoc(List<String> lines) {
        long count = 0;
        boolean javadoc = false;
        for (String line : lines) {
            String text = line.strip();
            javadoc |= text.startsWith("/**");
            if (!javadoc) {
                count++;
            }
            javadoc &= !text.endsWith("*/");
        }
        return count;
    }
}
