package io.gangway.interceptors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogTextTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "message", "/chat/room-1", "grüß dich", "挨拶", "🚢", "a b"})
    void whatHarmsNoLogIsShownAsItIs(String text) {
        assertEquals(text, LogText.of(text));
    }

    @Test
    void whatWouldEndTheLineOrChangeTheTerminalIsEscaped() {
        assertEquals("a\\u000d\\u000aERROR", LogText.of("a\r\nERROR"));
        assertEquals("\\u001b[31m", LogText.of("\u001b[31m"));
        assertEquals("\\u0000\\u007f\\u0085\\u009b", LogText.of("\0\u007f\u0085\u009b"));
        assertEquals("\\u2028\\u2029", LogText.of("\u2028\u2029"));
        assertEquals("\\u202e\\u2066", LogText.of("\u202e\u2066"), "what turns the direction of reading");
        assertEquals("\\ud800", LogText.of("\ud800"), "half a character");
        assertEquals("\\u{e0001}", LogText.of("\udb40\udc01"));
        assertEquals("say \\\"hi\\\" \\\\", LogText.of("say \"hi\" \\"));
    }

    @Test
    void whatIsLongIsCutAndSaysSo() {
        assertEquals("x".repeat(200), LogText.of("x".repeat(200)));
        assertEquals("x".repeat(197) + "...", LogText.of("x".repeat(201)));
        String escaped = LogText.of("\n".repeat(1_000));
        assertTrue(escaped.length() <= 200, escaped);
        assertTrue(escaped.endsWith("\\u000a..."), escaped);
        assertEquals("x".repeat(199) + "ü", LogText.of("x".repeat(199) + "ü"));
        assertEquals("x".repeat(197) + "...", LogText.of("x".repeat(199) + "🚢🚢"));
    }
}
