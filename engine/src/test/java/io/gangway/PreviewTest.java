package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreviewTest {
    private static Object shown(Object value) {
        return Preview.of(value, 100);
    }

    @Test
    void harmlessValuesAreShownAsTheyAre() {
        List<Object> values = Arrays.asList(1L, 2.5, true, null, "text", Map.of("a", List.of()));
        assertEquals(values, shown(values));
    }

    @ParameterizedTest
    @ValueSource(strings = {"password", "accessToken", "x-api-key", "Authorization", "set-cookie", "sid", "auth"})
    void entriesWithTheNameOfASecretAreHidden(String name) {
        assertEquals(Map.of(name, "(hidden)"), shown(Map.of(name, List.of("anything"))));
    }

    @ParameterizedTest
    @CsvSource({
        "see eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.abc now, see (hidden) now",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0, (hidden)",
        "bearer abc.def~=, bearer (hidden)",
        "Basic YWRhOnBhc3M=, Basic (hidden)",
        "/a?x=1&token=abc&y=2#z, /a?x=1&token=(hidden)&y=2#z",
        "https://a/?sid=abc, https://a/?sid=(hidden)",
        "the bearer, the bearer",
        "what? a=b & c=d, what? a=b & c=d",
        "a $1 \\ costs nothing, a $1 \\ costs nothing",
    })
    void secretsWithinTextsAreHidden(String text, String shown) {
        assertEquals(shown, shown(text));
    }

    @Test
    void longValuesAreCut() {
        assertEquals("x".repeat(100) + "..", shown("x".repeat(101)));
        assertEquals("x".repeat(99) + "..", shown("x".repeat(99) + "\ud83d\ude42!"));
        assertEquals(
                List.of("x".repeat(80), "y".repeat(17) + "..", "(2 more)"),
                shown(List.of("x".repeat(80), "y".repeat(50), 1, 2)));
        Map<?, ?> map = (Map<?, ?>) shown(new TreeMap<>(Map.of("a", "x".repeat(200), "b", 1, "c", 2)));
        assertEquals("(2 more)", map.get(".."));
        assertEquals(List.of("(5 bytes)"), shown(List.of(new byte[5])));
    }

    @Test
    void deepValuesAreCut() {
        List<Object> deep = List.of();
        for (int i = 0; i < 10_000; i++) {
            deep = List.of(deep);
        }
        assertTrue(String.valueOf(shown(deep)).contains("[(array)]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"eyJaaaaaaaa.", "bearer ", "?a", "?a=", "&token=;", "basic  "})
    void noTextTakesLong(String part) {
        String text = part.repeat(200_000 / part.length());
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> Preview.of(text, 1_000_000));
    }

    @Test
    void noListIsReadToItsEnd() {
        List<Object> many = new ArrayList<>(Collections.nCopies(1_000_000, "x"));
        List<?> shown = (List<?>) Preview.of(many, 2000);
        assertTrue(shown.size() < 1000, "size " + shown.size());
    }
}
