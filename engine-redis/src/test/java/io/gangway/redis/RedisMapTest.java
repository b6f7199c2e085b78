package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** This module imports what its rows of the README's map say, and nothing else. */
class RedisMapTest {
    private static final String ROOM = "io.gangway.redis";
    private static final Pattern ROW = Pattern.compile("\\| `" + ROOM + "`(?: in ([^|]+?))? \\| ([^|]+) \\|");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern IMPORT = Pattern.compile("\\s+(\\S+)\\s+->\\s+(\\S+)\\.[^.\\s]+\\s.*");
    private static final Set<String> FREE_FOR_ALL = Set.of("java", "javax", "org.jspecify.annotations", ROOM);

    /** What all classes may import, or only some of them. */
    private record Row(Set<String> onlyIn, Set<String> mayImport) {
        boolean allows(Import edge) {
            return (onlyIn.isEmpty() || onlyIn.contains(edge.topLevel()))
                    && mayImport.stream().anyMatch(name -> edge.to().equals(name) || isLibrary(edge.to(), name));
        }
    }

    /** A class names another package. */
    private record Import(String from, String to) {
        String topLevel() {
            return from.replaceFirst("\\$.*", "").substring(ROOM.length() + 1);
        }
    }

    @Test
    void everyImportIsOnTheMap() throws Exception {
        List<Row> rows = rows();
        List<Import> imports = imports();
        assertTrue(imports.stream().anyMatch(edge -> edge.to().equals("io.gangway.cluster")), "jdeps found " + imports);
        assertEquals(
                List.of(),
                imports.stream()
                        .filter(edge -> rows.stream().noneMatch(row -> row.allows(edge)))
                        .toList(),
                "imports that the README's map does not allow");
    }

    @Test
    void everyClassThatARowNamesImportsWhatItIsThereFor() throws Exception {
        List<Import> imports = imports();
        for (Row row : rows()) {
            for (String name : row.onlyIn()) {
                assertTrue(
                        imports.stream()
                                .anyMatch(edge -> edge.topLevel().equals(name)
                                        && row.mayImport().contains(edge.to())),
                        name + " imports nothing of " + row.mayImport());
            }
        }
    }

    private static List<Row> rows() throws Exception {
        List<Row> rows = new ArrayList<>(List.of(new Row(Set.of(), FREE_FOR_ALL)));
        for (String line : Files.readAllLines(Path.of("..", "README.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.add(new Row(quotedIn(row.group(1)), quotedIn(row.group(2))));
            }
        }
        assertTrue(rows.size() > 1, "the README has no row of " + ROOM);
        return rows;
    }

    private static Set<String> quotedIn(@Nullable String cell) {
        return cell == null
                ? Set.of()
                : QUOTED.matcher(cell).results().map(name -> name.group(1)).collect(Collectors.toSet());
    }

    /** A room of ours is its one package; a library is its package and all below. */
    private static boolean isLibrary(String name, String prefix) {
        return !prefix.startsWith("io.gangway") && name.startsWith(prefix + ".");
    }

    private static List<Import> imports() throws Exception {
        Path classes = Path.of(RedisCluster.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        StringWriter output = new StringWriter();
        PrintWriter printer = new PrintWriter(output);
        int exitCode = ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(
                        printer,
                        printer,
                        "-verbose:class",
                        "-filter:none",
                        classes.resolve("io").toString());
        assertEquals(0, exitCode, output::toString);
        return output.toString()
                .lines()
                .map(IMPORT::matcher)
                .filter(line -> line.matches() && line.group(1).startsWith(ROOM + "."))
                .map(line -> new Import(line.group(1), line.group(2)))
                .distinct()
                .toList();
    }
}
