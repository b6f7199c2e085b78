package io.gangway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @Test
    void listensOn3001ForItsOwnPageUnlessTold() {
        assertEquals(new Settings(3001, List.of()), Settings.of(Map.of()));
        assertEquals(new Settings(3001, List.of()), Settings.of(Map.of("PORT", "", "ALLOWED_ORIGINS", " , ")));
    }

    @Test
    void readsThePortAndTheOrigins() {
        assertEquals(
                new Settings(8080, List.of("https://a.example", "http://b.example:3000")),
                Settings.of(Map.of("PORT", " 8080 ", "ALLOWED_ORIGINS", "https://a.example, http://b.example:3000,")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "-1", "65536", "99999999999", "80 80", "3001.5"})
    void namesAPortThatIsNone(String port) {
        Map<String, String> environment = Map.of("PORT", port);
        String message = assertThrows(IllegalArgumentException.class, () -> Settings.of(environment))
                .getMessage();
        assertEquals("PORT is \"" + port + "\", but a port is a number from 0 to 65535", message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "chat.example", "https://chat.example/chat"})
    void namesAnOriginThatCannotBeAllowed(String origin) {
        Settings settings = new Settings(0, List.of(origin));
        String message = assertThrows(IllegalArgumentException.class, () -> Demo.start(settings))
                .getMessage();
        assertTrue(message.startsWith("ALLOWED_ORIGINS is [" + origin + "]: "), message);
    }
}
