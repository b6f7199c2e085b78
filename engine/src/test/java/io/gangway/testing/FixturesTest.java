package io.gangway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page that says which fixture is for what names all that there are. */
class FixturesTest {
    private static final Path TESTS = Path.of("src/test/java/io/gangway");

    @ParameterizedTest
    @ValueSource(strings = {"clients", "testing"})
    void everyFixtureStandsOnThePage(String folder) throws IOException {
        String page = Files.readString(TESTS.resolve("testing/package-info.java"));
        try (Stream<Path> files = Files.list(TESTS.resolve(folder))) {
            List<String> missing = files.map(
                            file -> file.getFileName().toString().replace(".java", ""))
                    .filter(name -> !name.endsWith("Test") && !name.equals("package-info"))
                    .filter(name -> !page.contains(folder + "." + name + "}") && !page.contains("{@code " + name + "}"))
                    .toList();
            assertEquals(List.of(), missing);
        }
    }
}
