package io.gangway.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final String SECRET = "thirty-two bytes are just enough";

    @Test
    void listensOn3001ForItsOwnPageUnlessTold() {
        for (Map<String, String> environment :
                List.of(Map.<String, String>of(), Map.of("PORT", "", "ALLOWED_ORIGINS", " , ", "REDIS_URL", " "))) {
            Settings settings = Settings.of(environment);
            assertEquals(3001, settings.port());
            assertEquals(List.of(), settings.allowedOrigins());
            assertEquals(Optional.empty(), settings.redis());
        }
    }

    @Test
    void readsThePortTheOriginsTheSecretAndTheRedis() {
        assertEquals(
                new Settings(
                        8080,
                        List.of("https://a.example", "http://b.example:3000"),
                        new JwtSecret(SECRET),
                        Optional.of(new RedisUrl("redis://localhost:6380/1"))),
                Settings.of(Map.of(
                        "PORT",
                        " 8080 ",
                        "ALLOWED_ORIGINS",
                        "https://a.example, http://b.example:3000,",
                        "JWT_SECRET",
                        SECRET,
                        "REDIS_URL",
                        " redis://localhost:6380/1 ")));
    }

    @Test
    void drawsAnotherSecretEachTimeUnlessTold() {
        JwtSecret first = Settings.of(Map.of()).jwtSecret();
        assertNotEquals(first, Settings.of(Map.of()).jwtSecret());
        assertNotEquals(first, Settings.of(Map.of("JWT_SECRET", "")).jwtSecret());
    }

    @ParameterizedTest
    @CsvSource({"s, 1 byte", "secret, 6 bytes", "thirty-one bytes are not enough, 31 bytes", "' ', 1 byte"})
    void tellsHowToMakeASecretThatIsLongEnough(String secret, String length) {
        Map<String, String> environment = Map.of("JWT_SECRET", secret);
        String message = assertThrows(IllegalArgumentException.class, () -> Settings.of(environment))
                .getMessage();
        assertEquals(
                "JWT_SECRET has " + length + ", but HS256 needs at least 32; make one with \"openssl rand -base64 32\","
                        + " or leave it unset for a random one",
                message);
    }

    @Test
    void showsNoSecret() {
        String shown = Settings.of(Map.of("JWT_SECRET", SECRET)).toString();
        assertFalse(shown.contains(SECRET), shown);
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
    @ValueSource(strings = {"*", "https://*.example", "chat.example", "https://chat.example/chat"})
    void namesAnOriginThatCannotBeAllowed(String origin) {
        Settings settings = new Settings(0, List.of(origin), JwtSecret.random(), Optional.empty());
        String message = assertThrows(IllegalArgumentException.class, () -> Demo.start(settings))
                .getMessage();
        assertTrue(message.startsWith("ALLOWED_ORIGINS cannot be used: \"" + origin + "\" "), message);
        assertFalse(message.contains("Pattern"), message);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:6379, begins with \"localhost:\"",
        "http://ada:hunter2@localhost, begins with \"http:\"",
        "redis://, is malformed at character",
        "redis://ada:hunter2%@localhost, is malformed at character",
        "redis://ada:hunter2 3@localhost, is malformed at character",
        "redis://ada:hunter2/3@localhost, has no host",
        "redis://ada:hunter2#3@localhost, has no host",
        "redis://ada@localhost, 'has a user, but no password'",
        "redis://:hunter2@localhost/chat, has the database \"chat\""
    })
    void tellsWhatIsWrongWithARedisUrlButNoPassword(String url, String reason) {
        Map<String, String> environment = Map.of("REDIS_URL", url);
        String message = assertThrows(IllegalArgumentException.class, () -> Settings.of(environment))
                .getMessage();
        assertTrue(message.startsWith("REDIS_URL cannot be used: the Redis URL"), message);
        assertTrue(message.contains(reason), message);
        assertFalse(message.contains("hunter2"), message);
    }

    @Test
    void showsNoRedisUrl() {
        String shown =
                Settings.of(Map.of("REDIS_URL", "redis://:hunter2@localhost")).toString();
        assertFalse(shown.contains("hunter2"), shown);
    }

    @Test
    void readsTheAdministratorsPassword() {
        assertEquals(Optional.empty(), Settings.of(Map.of("ADMIN_PASSWORD", "")).adminPassword());
        AdminPassword password = Settings.of(Map.of("ADMIN_PASSWORD", "aye aye captain"))
                .adminPassword()
                .orElseThrow();
        assertTrue(password.accepts("admin", "aye aye captain"));
        assertFalse(password.accepts("ada", "aye aye captain"));
        assertFalse(password.accepts("admin", "aye aye"));
        assertFalse(password.toString().contains("aye"), password.toString());
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Settings.of(Map.of("ADMIN_PASSWORD", "hush")));
        assertTrue(refused.getMessage().startsWith("ADMIN_PASSWORD has 4 characters"), refused.getMessage());
    }
}
