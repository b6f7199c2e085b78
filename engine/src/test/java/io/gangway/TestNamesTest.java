package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests' names can be read in a list and given to {@code -Dtest=}. */
class TestNamesTest {
    private static final int LONGEST = 59;
    private static final Pattern METHOD = Pattern.compile("(?m)^ +(?:\\w+ )*void (\\w+)\\(");

    @Test
    void namesHaveLessThanSixtyCharacters() {
        List<String> tooLong = tests().flatMap(file -> Stream.concat(Stream.of(nameOf(file)), methodsOf(file)))
                .filter(name -> name.length() > LONGEST)
                .toList();
        assertEquals(List.of(), tooLong);
    }

    @Test
    void noTwoTestsHaveTheSameClassName() {
        List<String> twice = tests()
                .map(TestNamesTest::nameOf)
                .collect(Collectors.groupingBy(name -> name, Collectors.counting()))
                .entrySet()
                .stream()
                .filter(name -> name.getValue() > 1)
                .map(name -> name.getKey())
                .toList();
        assertEquals(List.of(), twice);
    }

    /** The files of every module's tests, and of the contracts that they extend. */
    private static Stream<Path> tests() {
        return Stream.of("engine", "engine-redis", "engine-spring-boot", "demo-app", "benchmarks")
                .map(module -> Path.of("..", module, "src", "test", "java"))
                .flatMap(TestNamesTest::below)
                .filter(file -> file.toString().matches(".*(Test|Contract)\\.java"));
    }

    private static Stream<Path> below(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Stream<String> methodsOf(Path file) {
        try {
            return METHOD.matcher(Files.readString(file)).results().map(method -> method.group(1));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }
}
