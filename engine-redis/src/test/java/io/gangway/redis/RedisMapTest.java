package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.testing.Jdeps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The packages of this module import what their rows of the map say, and nothing else; none leads back to
 * itself.
 */
class RedisMapTest {
    private static final String MODULE = "io.gangway.redis";
    private static final Pattern ROW =
            Pattern.compile("\\| `(" + MODULE + "[a-z.]*)`(?: in ([^|]+?))? \\| ([^|]+) \\|");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Set<String> FREE_FOR_ALL = Set.of("java", "javax", "org.jspecify.annotations");

    /** A builder and what it builds name each other; otherwise no class of a package leads back to itself. */
    private static final int LARGEST_CYCLE_OF_CLASSES = 2;

    private static List<Import> imports;
    private static List<Row> rows;

    /** What all classes of a package may import, or only some of them. */
    private record Row(String room, Set<String> onlyIn, Set<String> mayImport) {
        boolean allows(Import edge) {
            return packageOf(edge.from()).equals(room)
                    && (onlyIn.isEmpty() || onlyIn.contains(edge.from().substring(room.length() + 1)))
                    && mayImport.stream().anyMatch(name -> isIn(packageOf(edge.to()), name));
        }

        /** A package of ours stands for itself alone, a library's for all below it. */
        private static boolean isIn(String packageName, String name) {
            return packageName.equals(name) || (!name.startsWith("io.gangway") && packageName.startsWith(name + "."));
        }
    }

    /** One class names another; both are top-level classes. */
    private record Import(String from, String to) {}

    @BeforeAll
    static void readTheMapAndTheClasses() throws Exception {
        rows = readRows();
        imports = readImports();
        assertTrue(
                imports.stream().anyMatch(edge -> packageOf(edge.to()).equals("io.gangway.cluster")),
                "jdeps found " + imports);
    }

    @Test
    void everyImportIsOnTheMap() {
        assertEquals(
                List.of(),
                imports.stream()
                        .filter(edge -> !packageOf(edge.from()).equals(packageOf(edge.to())))
                        .filter(edge -> FREE_FOR_ALL.stream().noneMatch(free -> Row.isIn(packageOf(edge.to()), free)))
                        .filter(edge -> rows.stream().noneMatch(row -> row.allows(edge)))
                        .toList(),
                "imports that the map in .github/ARCHITECTURE.md does not allow");
    }

    @Test
    void everyPackageHasARowAndEveryRowIsAPackage() {
        assertEquals(
                imports.stream().map(edge -> packageOf(edge.from())).collect(Collectors.toSet()),
                rows.stream().map(Row::room).collect(Collectors.toSet()));
    }

    @Test
    void everyClassThatARowNamesImportsWhatItIsThereFor() {
        for (Row row : rows) {
            for (String name : row.onlyIn()) {
                assertTrue(
                        imports.stream()
                                .anyMatch(edge -> edge.from().equals(row.room() + "." + name)
                                        && row.mayImport().contains(packageOf(edge.to()))),
                        name + " imports nothing of " + row.mayImport());
            }
        }
    }

    @Test
    void noPackageLeadsBackToItself() {
        assertEquals(List.of(), cycles(RedisMapTest::packageOf, 1), "packages that import each other");
    }

    @Test
    void classesLeadBackToThemselvesInPairsAtMost() {
        assertEquals(
                List.of(),
                cycles(UnaryOperator.identity(), LARGEST_CYCLE_OF_CLASSES),
                "more than " + LARGEST_CYCLE_OF_CLASSES + " classes that all lead to each other");
    }

    /** The sets of more than so many nodes of which each leads to all others. */
    private static List<Set<String>> cycles(UnaryOperator<String> node, int allowed) {
        Map<String, Set<String>> arrows = new TreeMap<>();
        for (Import edge : imports) {
            String from = node.apply(edge.from());
            String to = node.apply(edge.to());
            if (to.startsWith(MODULE) && !from.equals(to)) {
                arrows.computeIfAbsent(from, absent -> new TreeSet<>()).add(to);
            }
        }
        Map<String, Set<String>> reached = new TreeMap<>();
        arrows.keySet().forEach(from -> reached.put(from, reachable(from, arrows)));
        return arrows.keySet().stream()
                .map(one -> reached.get(one).stream()
                        .filter(other -> reached.getOrDefault(other, Set.of()).contains(one))
                        .collect(Collectors.toSet()))
                .filter(cycle -> cycle.size() > allowed)
                .distinct()
                .toList();
    }

    private static Set<String> reachable(String start, Map<String, Set<String>> arrows) {
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(arrows.get(start));
        while (!open.isEmpty()) {
            String next = open.remove();
            if (seen.add(next)) {
                open.addAll(arrows.getOrDefault(next, Set.of()));
            }
        }
        return seen;
    }

    private static List<Row> readRows() throws Exception {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("..", ".github", "ARCHITECTURE.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.add(new Row(row.group(1), quotedIn(row.group(2)), quotedIn(row.group(3))));
            }
        }
        return rows;
    }

    private static Set<String> quotedIn(@Nullable String cell) {
        return cell == null
                ? Set.of()
                : QUOTED.matcher(cell).results().map(name -> name.group(1)).collect(Collectors.toSet());
    }

    private static String packageOf(String className) {
        return className.substring(0, className.lastIndexOf('.'));
    }

    private static List<Import> readImports() throws Exception {
        Path classes = Path.of(RedisCluster.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return Jdeps.arrows(classes, MODULE).stream()
                .map(arrow -> new Import(topLevel(arrow.from()), topLevel(arrow.to())))
                .distinct()
                .toList();
    }

    private static String topLevel(String className) {
        return className.replaceFirst("\\$.*", "");
    }
}
