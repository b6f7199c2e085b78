package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** On the class path everything public can be reached: each package that the module hides says that it is no API. */
class ApiPackagesTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern EXPORTS = Pattern.compile("(?m)^ +exports ([\\w.]+);");

    private static Set<String> exported() throws IOException {
        return EXPORTS.matcher(Files.readString(SOURCES.resolve("module-info.java")))
                .results()
                .map(export -> export.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whatAVersionPromisesNamesAllThatIsExported() throws IOException {
        String promise = Files.readString(Path.of("../.github/SUPPORT.md"));
        assertEquals(
                Set.of(),
                exported().stream()
                        .filter(room -> !promise.contains('`' + room + '`'))
                        .collect(Collectors.toSet()));
    }

    @Test
    void everyPackageThatIsNotExportedSaysSo() throws IOException {
        Set<String> unmarked = new TreeSet<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(file -> file.endsWith("package-info.java")).toList()) {
                if (!Files.readString(file).contains("Not part of the API")) {
                    unmarked.add(SOURCES.relativize(file.getParent()).toString().replaceAll("\\W", "."));
                }
            }
        }
        assertEquals(exported(), unmarked);
    }
}
