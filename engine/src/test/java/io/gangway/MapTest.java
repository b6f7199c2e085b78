package io.gangway;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.gangway.testing.Jdeps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rooms import one another as the map says, and in no other way. */
class MapTest {

    private static final String TABLE_HEAD = "| room | may import |";
    private static final Pattern ROW =
            Pattern.compile("\\| `([^`|]+)`(?: in ([^|(]+?))?( \\(to come\\))? \\| ([^|]+) \\|");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

    /**
     * How many classes of a room are in its biggest cycle, nested ones counted as their outermost: 1 where there is none.
     * These numbers may only fall.
     */
    private static final Map<String, Integer> BIGGEST_CYCLES = Map.ofEntries(
            entry("io.gangway", 6),
            entry("io.gangway.admin", 1),
            entry("io.gangway.annotations", 1),
            entry("io.gangway.auth", 2),
            entry("io.gangway.cluster", 1),
            entry("io.gangway.connection", 3),
            entry("io.gangway.engineio", 5),
            entry("io.gangway.ids", 1),
            entry("io.gangway.logs", 1),
            entry("io.gangway.interceptors", 1),
            entry("io.gangway.metrics", 1),
            entry("io.gangway.jetty", 3),
            entry("io.gangway.net", 1),
            entry("io.gangway.plain", 2),
            entry("io.gangway.protocol", 4),
            entry("io.gangway.recording", 1),
            entry("io.gangway.recovery", 4),
            entry("io.gangway.tasks", 1),
            entry("io.gangway.threads", 1));

    private static final String OUR_PACKAGES = "io.gangway";
    private static final List<String> FREE_FOR_ALL = List.of("java", "javax", "org.jspecify.annotations");

    private static List<Row> map;
    private static Set<Import> imports;

    @BeforeAll
    static void readTheMapAndTheClasses() {
        map = rowsOf(engine().resolveSibling(".github/ARCHITECTURE.md"));
        imports = importsIn(engine().resolve("target/classes"));
    }

    @Test
    void everyRoomHasARow() {
        Set<String> withoutRow = new TreeSet<>(rooms());
        map.forEach(row -> withoutRow.remove(row.room()));
        assertEquals(Set.of(), withoutRow, "rooms that the map in .github/ARCHITECTURE.md does not list");
    }

    @Test
    void everyRowIsARoom() {
        Set<String> withoutRoom = rowsWhere(Predicate.not(Row::toCome));
        withoutRoom.removeAll(rooms());
        assertEquals(
                Set.of(), withoutRoom, "rooms that stand in the map in .github/ARCHITECTURE.md, but have no class");
    }

    @Test
    void noRoomThatIsThereIsStillToCome() {
        Set<String> there = rowsWhere(Row::toCome);
        there.retainAll(rooms());
        assertEquals(
                Set.of(),
                there,
                "rooms that have classes, but are \"(to come)\" in the map in .github/ARCHITECTURE.md");
    }

    @Test
    void everyImportIsOnTheMap() {
        List<String> notOnTheMap = imports.stream()
                .filter(Predicate.not(MapTest::isAllowed))
                .map(edge -> edge.from() + " may not import " + edge.to())
                .sorted()
                .toList();
        if (!notOnTheMap.isEmpty()) {
            fail("imports that the map in .github/ARCHITECTURE.md does not allow:\n" + String.join("\n", notOnTheMap));
        }
    }

    @Test
    void noRoomLeadsBackToItself() {
        Map<String, Set<String>> arrows = new LinkedHashMap<>();
        for (Row row : map) {
            arrows.computeIfAbsent(row.room(), room -> new LinkedHashSet<>()).addAll(row.mayImport());
        }
        for (String room : arrows.keySet()) {
            assertEquals(false, leadsTo(room, room, arrows), room + " imports itself by way of others");
        }
    }

    @Test
    void noCycleOfClassesGrows() {
        Map<String, Set<String>> arrows = new LinkedHashMap<>();
        for (Import edge : imports) {
            Set<String> targets = arrows.computeIfAbsent(topLevel(edge.from()), from -> new LinkedHashSet<>());
            if (packageOf(edge.to()).equals(packageOf(edge.from()))) {
                targets.add(topLevel(edge.to()));
            }
        }
        Map<String, Set<String>> biggest = new TreeMap<>();
        for (String start : arrows.keySet()) {
            Set<String> cycle = new TreeSet<>(Set.of(start));
            reachedFrom(start, arrows).stream()
                    .filter(other -> reachedFrom(other, arrows).contains(start))
                    .forEach(cycle::add);
            biggest.merge(packageOf(start), cycle, (one, other) -> one.size() >= other.size() ? one : other);
        }
        Map<String, Integer> sizes = new TreeMap<>();
        biggest.forEach((room, cycle) -> sizes.put(room, cycle.size()));
        assertEquals(
                new TreeMap<>(BIGGEST_CYCLES),
                sizes,
                () ->
                        "the biggest cycles of classes: where one has grown, cut it; where it has fallen, lower its number: "
                                + biggest);
    }

    private static Set<String> reachedFrom(String start, Map<String, Set<String>> arrows) {
        Deque<String> open = new ArrayDeque<>(arrows.getOrDefault(start, Set.of()));
        Set<String> reached = new HashSet<>();
        while (!open.isEmpty()) {
            String next = open.remove();
            if (reached.add(next)) {
                open.addAll(arrows.getOrDefault(next, Set.of()));
            }
        }
        return reached;
    }

    private static String topLevel(String className) {
        return className.replaceFirst("\\$.*", "");
    }

    private static boolean leadsTo(String goal, String start, Map<String, Set<String>> arrows) {
        return reachedFrom(start, arrows).contains(goal);
    }

    private static boolean isAllowed(Import edge) {
        String from = packageOf(edge.from());
        String to = packageOf(edge.to());
        return from.equals(to)
                || FREE_FOR_ALL.stream().anyMatch(prefix -> isWithin(to, prefix))
                || map.stream().anyMatch(row -> row.covers(edge.from()) && row.allows(to));
    }

    private static Set<String> rowsWhere(Predicate<Row> condition) {
        return map.stream().filter(condition).map(Row::room).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> rooms() {
        return imports.stream().map(edge -> packageOf(edge.from())).collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isWithin(String name, String prefix) {
        return name.equals(prefix) || name.startsWith(prefix + ".");
    }

    private static String packageOf(String className) {
        return className.substring(0, className.lastIndexOf('.'));
    }

    /** One class names another. */
    private record Import(String from, String to) {}

    /** One row of the map: what a room may import, or only some of its classes. */
    private record Row(String room, Set<String> onlyIn, boolean toCome, Set<String> mayImport) {

        boolean covers(String className) {
            return packageOf(className).equals(room)
                    && (onlyIn.isEmpty() || onlyIn.contains(topLevel(className).substring(room.length() + 1)));
        }

        /** A room is its one package; a library is its package and all below. */
        boolean allows(String packageName) {
            return isWithin(packageName, OUR_PACKAGES)
                    ? mayImport.contains(packageName)
                    : mayImport.stream().anyMatch(library -> isWithin(packageName, library));
        }
    }

    private static List<Row> rowsOf(Path page) {
        List<Row> rows = new ArrayList<>();
        try (Stream<String> lines = Files.lines(page)) {
            lines.dropWhile(line -> !line.startsWith(TABLE_HEAD))
                    .skip(2) // the head and the rule below it
                    .takeWhile(line -> line.startsWith("|"))
                    .forEach(line -> rows.add(rowOf(line)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        if (rows.isEmpty()) {
            fail(page + " has no table that begins with \"" + TABLE_HEAD + "\"");
        }
        return rows;
    }

    private static Row rowOf(String line) {
        var row = ROW.matcher(line);
        if (!row.matches()) {
            fail("this row of the map in .github/ARCHITECTURE.md is not of the form \"| `room` | `import`, ... |\": "
                    + line);
        }
        return new Row(row.group(1), quotedIn(row.group(2)), row.group(3) != null, quotedIn(row.group(4)));
    }

    private static Set<String> quotedIn(String cell) {
        return cell == null
                ? Set.of()
                : QUOTED.matcher(cell).results().map(name -> name.group(1)).collect(Collectors.toSet());
    }

    /** Works on the packages' directories: a module descriptor beside them would make jdeps ask for every module. */
    private static Set<Import> importsIn(Path classes) {
        return Jdeps.arrows(classes, OUR_PACKAGES).stream()
                .map(arrow -> new Import(arrow.from(), arrow.to()))
                .collect(Collectors.toSet());
    }

    /** The directory of the module {@code engine}. */
    static Path engine() {
        try {
            Path testClasses = Path.of(MapTest.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return testClasses.getParent().getParent();
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
