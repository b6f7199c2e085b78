package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

    /** What a hidden class declares public, its exported subclass offers to applications. */
    @Test
    void noExportedTypeInheritsFromAHiddenOne() throws Exception {
        Path classes = Path.of(
                Engine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Set<String> inherited = new TreeSet<>();
        for (String room : exported()) {
            try (Stream<Path> files = Files.list(classes.resolve(room.replace('.', '/')))) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".class")).toList()) {
                    String name = file.getFileName().toString().replaceFirst("\\.class$", "");
                    Class<?> type =
                            Class.forName(room + '.' + name, false, getClass().getClassLoader());
                    for (Class<?> each = type.getSuperclass();
                            Modifier.isPublic(type.getModifiers()) && each != null && isHidden(each);
                            each = each.getSuperclass()) {
                        for (Method method : each.getDeclaredMethods()) {
                            if (Modifier.isPublic(method.getModifiers()) && !declares(type, method)) {
                                inherited.add(type.getName() + " has " + method);
                            }
                        }
                    }
                }
            }
        }
        assertEquals(Set.of(), inherited);
    }

    private static boolean isHidden(Class<?> type) {
        return type.getName().startsWith("io.gangway") && !Modifier.isPublic(type.getModifiers());
    }

    /** Itself, with a comment of its own; the compiler adds a bridge to whatever it inherits. */
    private static boolean declares(Class<?> type, Method inherited) {
        return Stream.of(type.getDeclaredMethods())
                .anyMatch(method -> !method.isSynthetic()
                        && method.getName().equals(inherited.getName())
                        && Arrays.equals(method.getParameterTypes(), inherited.getParameterTypes()));
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
