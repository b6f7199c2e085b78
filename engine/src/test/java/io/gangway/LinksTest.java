package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The links between the project's pages lead to a file, and to a heading in it. */
class LinksTest {
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$|`[^`\n]*`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]*)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");

    @Test
    void everyLinkLeadsToAFileAndAHeading() throws IOException {
        Map<Path, List<String>> broken = new TreeMap<>();
        Map<Path, String> pages = pages();
        assertEquals(true, pages.size() > 5, () -> "expected more pages than " + pages.keySet());
        for (Path page : pages.keySet()) {
            for (String link : links(pages.get(page))) {
                if (!link.matches("https?://.*") && !leadsSomewhere(page, link, pages)) {
                    broken.computeIfAbsent(page, key -> new ArrayList<>()).add(link);
                }
            }
        }
        assertEquals(Map.of(), broken);
    }

    /** As GitHub makes them. */
    @Test
    void anchorsAreHeadingsInLowerCase() {
        assertEquals(
                Set.of("the-guide", "c-1", "c", "behind-nginx-haproxy-and-albs", "c-ada"),
                anchors(
                        "# The guide\n## C\n### `C`\n```\n# no heading\n```\n## Behind nginx, HAProxy, and ALBs\n# C (Ada)"));
    }

    private static boolean leadsSomewhere(Path page, String link, Map<Path, String> pages) {
        String file = link.replaceFirst("#.*", "");
        Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return !link.contains("#")
                || (pages.containsKey(target)
                        && anchors(pages.get(target)).contains(link.substring(link.indexOf('#') + 1)));
    }

    private static List<String> links(String page) {
        return LINK.matcher(CODE.matcher(page).replaceAll(""))
                .results()
                .map(link -> link.group(1))
                .toList();
    }

    private static Set<String> anchors(String page) {
        Set<String> anchors = new TreeSet<>();
        Map<String, Integer> seen = new LinkedHashMap<>();
        String text = Pattern.compile("(?ms)^```.*?^```$").matcher(page).replaceAll("");
        HEADING.matcher(text).results().forEach(heading -> {
            String anchor = heading.group(1)
                    .replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}_\\- ]", "")
                    .replace(' ', '-');
            int before = seen.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
        });
        return anchors;
    }

    private static Map<Path, String> pages() throws IOException {
        Path root = MapTest.engine().resolveSibling(".").normalize();
        Map<Path, String> pages = new TreeMap<>();
        try (Stream<Path> files = Stream.of(root, root.resolve(".github")).flatMap(LinksTest::withModules)) {
            for (Path page :
                    files.filter(file -> file.toString().endsWith(".md")).toList()) {
                pages.put(page, Files.readString(page));
            }
        }
        return pages;
    }

    /** The files of a folder, and of the folders directly in it. */
    private static Stream<Path> withModules(Path folder) {
        try (Stream<Path> files = Files.find(folder, 2, (file, attributes) -> attributes.isRegularFile())) {
            return files.toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
