package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** This module imports what its row of the README's map says, and nothing else. */
class RedisMapTest {
    private static final String ROOM = "io.gangway.redis";
    private static final Pattern IMPORT = Pattern.compile("\\s+(\\S+)\\s+->\\s+(\\S+)\\.[^.\\s]+\\s.*");
    private static final Set<String> FREE_FOR_ALL = Set.of("java", "javax", "org.jspecify.annotations", ROOM);

    @Test
    void everyImportIsOnTheMap() throws Exception {
        String row = Files.readAllLines(Path.of("..", "README.md")).stream()
                .filter(line -> line.startsWith("| `" + ROOM + "` |"))
                .findFirst()
                .orElseThrow();
        Set<String> allowed = Pattern.compile("`([^`]+)`")
                .matcher(row)
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toSet());
        allowed.addAll(FREE_FOR_ALL);
        Set<String> imported = imports();
        assertTrue(imported.contains("io.gangway.cluster"), "jdeps found " + imported);
        imported.removeIf(name -> allowed.stream().anyMatch(prefix -> name.equals(prefix) || isLibrary(name, prefix)));
        assertEquals(Set.of(), imported, "imports that the README's map does not allow");
    }

    /** A room of ours is its one package; a library is its package and all below. */
    private static boolean isLibrary(String name, String prefix) {
        return !prefix.startsWith("io.gangway") && name.startsWith(prefix + ".");
    }

    private static Set<String> imports() throws Exception {
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
                .filter(line -> line.matches() && line.group(1).startsWith(ROOM))
                .map(line -> line.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
