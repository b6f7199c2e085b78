package io.gangway.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.testing.Jdeps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** This module imports what its rows of the map say: nothing of the rooms below the hall. */
class SpringMapTest {
    private static final String ROOM = "io.gangway.spring";
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

    /** What all classes may import, or only some of them. */
    private record Row(Set<String> onlyIn, Set<String> mayImport) {
        boolean allows(Import edge) {
            return covers(edge) && mayImport.stream().anyMatch(name -> isWithin(edge.to(), name));
        }

        private boolean covers(Import edge) {
            return onlyIn.isEmpty() || onlyIn.contains(edge.topLevel());
        }

        /** A room of ours is its one package; a library is its package and all below. */
        private static boolean isWithin(String name, String row) {
            return name.equals(row) || (!row.startsWith("io.gangway") && name.startsWith(row + "."));
        }
    }

    /** A class names another package. */
    private record Import(String from, String to) {
        /** The outermost class, without its package. */
        String topLevel() {
            String outermost = from.replaceFirst("\\$.*", "");
            return outermost.substring(outermost.lastIndexOf('.') + 1);
        }
    }

    @Test
    void everyImportIsOnTheMapAndEveryRowIsNeeded() throws Exception {
        List<Row> rows = rows();
        List<Import> imports = imports();
        assertEquals(
                List.of(),
                imports.stream()
                        .filter(edge -> rows.stream().noneMatch(row -> row.allows(edge)))
                        .toList(),
                "imports that the map in .github/ARCHITECTURE.md does not allow");
        for (Row row : rows) {
            for (String name : row.onlyIn()) {
                assertTrue(
                        imports.stream().anyMatch(edge -> edge.topLevel().equals(name) && row.allows(edge)),
                        name + " imports nothing of " + row.mayImport());
            }
        }
    }

    private static List<Row> rows() throws Exception {
        Pattern pattern = Pattern.compile("\\| `" + Pattern.quote(ROOM) + "`(?: in ([^|]+?))? \\| ([^|]+) \\|");
        List<Row> rows =
                new ArrayList<>(List.of(new Row(Set.of(), Set.of("java", "javax", "org.jspecify.annotations", ROOM))));
        for (String line : Files.readAllLines(Path.of("..", ".github", "ARCHITECTURE.md"))) {
            Matcher row = pattern.matcher(line);
            if (row.matches()) {
                rows.add(new Row(quotedIn(row.group(1)), quotedIn(row.group(2))));
            }
        }
        assertTrue(rows.size() > 1, ".github/ARCHITECTURE.md has no row of " + ROOM);
        return rows;
    }

    private static Set<String> quotedIn(@Nullable String cell) {
        return cell == null
                ? Set.of()
                : QUOTED.matcher(cell).results().map(name -> name.group(1)).collect(Collectors.toSet());
    }

    private static List<Import> imports() throws Exception {
        Path classes = Path.of(RunningEngine.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return Jdeps.arrows(classes, ROOM).stream()
                .map(arrow -> new Import(
                        arrow.from(), arrow.to().substring(0, arrow.to().lastIndexOf('.'))))
                .distinct()
                .toList();
    }
}
