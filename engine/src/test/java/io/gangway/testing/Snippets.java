package io.gangway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Java of a page for users: it stands word for word, but for white space, in tests that compile and run it. */
public final class Snippets {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private Snippets() {}

    /** Fails if the page has a snippet that stands in none of these files, nor in a file of these folders. */
    public static void standIn(Path page, Path... tests) throws IOException {
        String sources = sources(tests);
        List<String> snippets = of(page);
        assertEquals(false, snippets.isEmpty(), () -> page + " has no snippet of Java");
        assertEquals(
                List.of(),
                snippets.stream()
                        .filter(snippet -> !sources.contains(words(snippet)))
                        .toList(),
                () -> "snippets of " + page + " that do not stand in " + List.of(tests) + " word for word");
    }

    /**
     * Fails if a code of the last column of the page's tables stands in none of these files, or if a row has no code there
     * and does not begin with "none".
     */
    public static void rowsStandIn(Path page, Path... tests) throws IOException {
        String sources = sources(tests);
        List<String> faults = new ArrayList<>();
        List<String> rows = Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("| ") && line.contains("`"))
                .toList();
        assertEquals(false, rows.isEmpty(), () -> page + " has no table");
        for (String row : rows) {
            String[] cells = row.split(" \\| ");
            String last = cells[cells.length - 1];
            List<String> codes =
                    CODE.matcher(last).results().map(code -> code.group(1)).toList();
            if (codes.isEmpty()
                    ? !last.startsWith("none")
                    : codes.stream().anyMatch(code -> isMissing(code, sources))) {
                faults.add(row);
            }
        }
        assertEquals(List.of(), faults, () -> "rows of " + page + " that do not stand in " + List.of(tests));
    }

    /** A mere name, such as {@code emitWithAck}, is no code that could drift. */
    private static boolean isMissing(String code, String sources) {
        return code.contains("(") && !sources.contains(words(code));
    }

    private static List<String> of(Path page) throws IOException {
        return BLOCK.matcher(Files.readString(page))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static String sources(Path... tests) throws IOException {
        StringBuilder sources = new StringBuilder();
        for (Path test : tests) {
            try (Stream<Path> files = Files.walk(test)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    sources.append(words(Files.readString(file)));
                }
            }
        }
        return sources.toString();
    }

    private static String words(String code) {
        return code.replaceAll("\\s+", "");
    }
}
