package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Keeps the checklist from naming tests that are not there. */
class ChecklistTest {
    private static final Path CHECKLIST = Path.of("src/test/CHECKLIST.md");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
    private static final Pattern ROW = Pattern.compile("\\|.*\\S.*\\|\\s*[^|\\s].*\\|");
    private static final Path ROOMS = Path.of("src/test/java/io/gangway");

    @Test
    void everyTestThatTheChecklistNamesIsThere() throws IOException {
        List<String> missing = TEST.matcher(Files.readString(CHECKLIST))
                .results()
                .filter(named -> !isTest(named.group(1), named.group(2)))
                .map(named -> named.group(1) + "." + named.group(2))
                .distinct()
                .toList();
        assertEquals(List.of(), missing);
    }

    @Test
    void everyLineOfTheChecklistSaysWhatBecameOfIt() throws IOException {
        try (Stream<String> lines = Files.lines(CHECKLIST)) {
            List<String> unanswered = lines.filter(line -> line.startsWith("|"))
                    .filter(line -> !ROW.matcher(line).matches())
                    .toList();
            assertEquals(List.of(), unanswered);
        }
    }

    /** In whatever room the class is, and whether the test is its own, inherited, or in a class within it. */
    private static boolean isTest(String className, String method) {
        return rooms().flatMap(room -> find(room + "." + className))
                .flatMap(ChecklistTest::withNested)
                .flatMap(ChecklistTest::methods)
                .anyMatch(candidate ->
                        candidate.getName().equals(method) && AnnotationSupport.isAnnotated(candidate, Testable.class));
    }

    private static Stream<String> rooms() {
        String[] below = Objects.requireNonNull(ROOMS.toFile().list((folder, name) -> !name.contains(".")));
        return Stream.concat(Stream.of("io.gangway"), Stream.of(below).map(room -> "io.gangway." + room));
    }

    private static Stream<Class<?>> find(String name) {
        try {
            return Stream.of(Class.forName(name, false, ChecklistTest.class.getClassLoader()));
        } catch (ClassNotFoundException elsewhere) {
            return Stream.empty();
        }
    }

    private static Stream<Class<?>> withNested(Class<?> outer) {
        List<Class<?>> all = new ArrayList<>();
        Deque<Class<?>> open = new ArrayDeque<>(List.of(outer));
        while (!open.isEmpty()) {
            Class<?> next = open.remove();
            all.add(next);
            open.addAll(List.of(next.getDeclaredClasses()));
        }
        return all.stream();
    }

    private static Stream<Method> methods(Class<?> test) {
        Stream<Method> own = Stream.of(test.getDeclaredMethods());
        return test.getSuperclass() == null ? own : Stream.concat(own, methods(test.getSuperclass()));
    }
}
