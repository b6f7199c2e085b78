package io.gangway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The Java of a page for users: it stands word for word, but for white space, in tests that compile and run it. */
public final class Snippets {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private Snippets() {}

    /** Fails if the page has a snippet that stands in none of these files, nor in a file of these folders. */
    public static void standIn(Path page, Path... tests) throws IOException {
        StringBuilder sources = new StringBuilder();
        for (Path test : tests) {
            try (Stream<Path> files = Files.walk(test)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    sources.append(words(Files.readString(file)));
                }
            }
        }
        List<String> snippets = of(page);
        assertEquals(false, snippets.isEmpty(), () -> page + " has no snippet of Java");
        assertEquals(
                List.of(),
                snippets.stream()
                        .filter(snippet -> sources.indexOf(words(snippet)) < 0)
                        .toList(),
                () -> "snippets of " + page + " that do not stand in " + List.of(tests) + " word for word");
    }

    private static List<String> of(Path page) throws IOException {
        return BLOCK.matcher(Files.readString(page))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static String words(String code) {
        return code.replaceAll("\\s+", "");
    }
}
