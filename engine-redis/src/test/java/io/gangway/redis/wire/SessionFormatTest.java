package io.gangway.redis.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.StoredSession;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sessions as a Node.js server writes and reads them. */
class SessionFormatTest {
    private static final String PRIVATE_ID = "M21SpqxLCoPf3_FGAAAD";

    private static StoredSession session(Object data, Optional<String> user) {
        return new StoredSession(
                PRIVATE_ID,
                "rR9jIFJRie6CIJHaAAAC",
                Set.of("rR9jIFJRie6CIJHaAAAC", "room1"),
                new ValuePayload(data),
                user,
                Optional.of("1-0"),
                Optional.of("2-1"));
    }

    /** What a Node.js server makes of it: it keeps four fields as they are, and drops all others. */
    private static String throughNode(String text) throws MalformedMessageException {
        Map<?, ?> fields =
                (Map<?, ?>) MessagePackReader.read(Base64.getDecoder().decode(text));
        Map<String, Object> kept = new LinkedHashMap<>();
        for (String name : List.of("sid", "pid", "rooms", "data")) {
            kept.put(name, fields.get(name));
        }
        return Base64.getEncoder().encodeToString(MessagePackWriter.write(kept));
    }

    private static String written(Map<String, ?> fields) {
        return Base64.getEncoder().encodeToString(MessagePackWriter.write(fields));
    }

    @Test
    void theSessionOfANodeServerIsRead() throws Exception {
        String captured =
                "hKNzaWS0clI5aklGSlJpZTZDSUpIYUFBQUOjcGlktE0yMVNwcXhMQ29QZjNfRkdBQUFEpXJvb21zlLRyUjlqSUZKUmllNkNJSkhh"
                        + "QUFBQ6Vyb29tMaVyb29tM6Vyb29tNKRkYXRhgaR1c2Vyo3UtQg==";
        StoredSession session = SessionFormat.read(PRIVATE_ID, captured);
        assertEquals("rR9jIFJRie6CIJHaAAAC", session.id());
        assertEquals(Set.of("rR9jIFJRie6CIJHaAAAC", "room1", "room3", "room4"), session.rooms());
        assertEquals(Map.of("user", "u-B"), session.data().value());
        assertEquals(Optional.empty(), session.user());
        assertEquals(Optional.empty(), session.start());
        assertEquals(captured, SessionFormat.text(session)); // what a claim compares
    }

    @Test
    void aNodeServerKeepsTheUserButNotTheOffsets() throws Exception {
        for (Object data : new Object[] {Map.of("theme", "dark"), List.of(1L), null}) {
            StoredSession session =
                    SessionFormat.read(PRIVATE_ID, throughNode(SessionFormat.write(session(data, Optional.of("ann")))));
            assertEquals(Optional.of("ann"), session.user());
            assertEquals(data, session.data().value());
            assertEquals(Optional.empty(), session.start());
            assertEquals(Optional.empty(), session.left());
        }
    }

    @Test
    void withoutAUserTheDataIsTheApplicationsAlone() throws Exception {
        String text = SessionFormat.write(session(Map.of("theme", "dark"), Optional.of("")));
        Map<?, ?> fields =
                (Map<?, ?>) MessagePackReader.read(Base64.getDecoder().decode(text));
        assertEquals(Map.of("theme", "dark"), fields.get("data"));
    }

    @Test
    void roomsThatAreNumbersInJavaScriptAreStringsHere() throws Exception {
        String text = written(Map.of("sid", "s", "pid", PRIVATE_ID, "rooms", List.of("s", 42L), "data", Map.of()));
        assertEquals(Set.of("s", "42"), SessionFormat.read(PRIVATE_ID, text).rooms());
    }

    @Test
    void aSessionThatIsTooLargeIsRefusedBothWays() {
        Object large = Map.of("picture", new byte[SessionFormat.MAX_LENGTH]);
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> SessionFormat.write(session(large, Optional.empty())));
        assertTrue(refused.getMessage().contains("rR9jIFJRie6CIJHaAAAC"), refused.getMessage());
        String text = written(Map.of("sid", "s", "pid", PRIVATE_ID, "rooms", List.of(), "data", large));
        assertThrows(MalformedMessageException.class, () -> SessionFormat.read(PRIVATE_ID, text));
    }

    @Test
    void whatIsNotTheSessionOfThePrivateIdIsRefused() {
        Map<String, Object> sound = Map.of("sid", "s", "pid", PRIVATE_ID, "rooms", List.of(), "data", Map.of());
        refuse("", "!", "{}", "AAA", "gA", written(Map.of()), written(sound).substring(2), written(sound) + "AAAA");
        refuse(written(with(sound, "pid", "another")));
        refuse(
                written(with(sound, "pid", 7L)),
                written(with(sound, "sid", "")),
                written(with(sound, "sid", List.of())));
        refuse(written(with(sound, "sid", "x".repeat(257))));
        refuse(written(with(sound, "rooms", "room")), written(with(sound, "rooms", List.of(Map.of()))));
        refuse(written(with(sound, "start", "x")), written(with(sound, "left", "99999999999999999999-0")));
        refuse(written(with(sound, "user", 7L)), written(with(sound, "data", Map.of("_gangway", Map.of("user", 7L)))));
    }

    private static void refuse(String... texts) {
        for (String text : texts) {
            assertThrows(MalformedMessageException.class, () -> SessionFormat.read(PRIVATE_ID, text), text);
        }
    }

    private static Map<String, Object> with(Map<String, Object> fields, String name, Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(fields);
        changed.put(name, value);
        return changed;
    }

    @Test
    void whateverStandsInRedisNothingElseIsThrown() {
        List<byte[]> seeds = List.of(
                Base64.getDecoder()
                        .decode(SessionFormat.write(session(Map.of("a", List.of(1L, "x")), Optional.of("u")))),
                Base64.getDecoder().decode(SessionFormat.write(session(null, Optional.of("")))));
        Random random = new Random(20261127);
        for (int i = 0; i < 20_000; i++) {
            byte[] body = seeds.get(i % 2).clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            String text = Base64.getEncoder().encodeToString(body);
            try {
                StoredSession read = SessionFormat.read(PRIVATE_ID, text);
                assertEquals(PRIVATE_ID, read.privateId());
                read.data().value();
            } catch (MalformedMessageException refused) {
                continue;
            }
        }
    }

    @Test
    void offsetsAreTwoNumbersOfSixtyFourBits() {
        for (String offset : List.of("0-0", "1526919030474-55", "18446744073709551615-18446744073709551615", "007-1")) {
            assertTrue(StreamOffset.isOne(offset), offset);
        }
        for (String text : List.of(
                "",
                "-",
                "1",
                "1-",
                "-1",
                "1-1-1",
                "18446744073709551616-0",
                "0-18446744073709551616",
                "+1-1",
                "1-x",
                "1 -1",
                "\u0661-1",
                "1".repeat(30) + "-1")) {
            assertFalse(StreamOffset.isOne(text), text);
        }
        assertTrue(StreamOffset.compare("9-0", "10-0") < 0);
        assertTrue(StreamOffset.compare("10-9", "10-10") < 0);
        assertEquals(0, StreamOffset.compare("007-1", "7-1"));
        assertTrue(StreamOffset.compare("18446744073709551615-0", "1-0") > 0);
    }

    @Test
    void joinsAndLeavesComeBackInOrder() throws Exception {
        StoredSession session = new StoredSession(
                "pid",
                "sid",
                java.util.Set.of("sid", "b"),
                new ValuePayload(null),
                java.util.Optional.of(""),
                java.util.Optional.of("1-0"),
                java.util.Optional.of("9-0"),
                java.util.List.of(
                        new StoredSession.Change("2-0", "a", true), new StoredSession.Change("3-1", "a", false)));
        assertEquals(
                session.changes(),
                SessionFormat.read("pid", SessionFormat.write(session)).changes());
    }
}
