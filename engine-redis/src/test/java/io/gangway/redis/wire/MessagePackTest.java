package io.gangway.redis.wire;

import static io.gangway.redis.wire.Same.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** MessagePack as the JavaScript libraries write and read it. */
class MessagePackTest {
    /** Values that are not expected to be read: extensions that nobody sends, and values that are undefined. */
    private static final Set<String> MALFORMED = Set.of(
            "decode: unknown ext type 5",
            "decode: fixext16 type 1",
            "decode: trailing byte",
            "decode: truncated str",
            "decode: reserved 0xc1",
            "decode: huge array header");

    /** Values that one of the libraries writes wrongly, or in a way of its own. */
    private static final Set<String> ODD = Set.of(
            "str lone high surrogate",
            "Int16Array [1,-1]",
            "ArrayBuffer 2",
            "undefined in map",
            "function in map",
            "toJSON object",
            "Date invalid");

    @Test
    void readsWhatNotepackAndMessagePackOfJavaScriptWrite() throws Exception {
        int read = 0;
        for (JsonObject vector : vectors()) {
            for (String library : List.of("notepack", "msgpack_js")) {
                if (vector.has("value") && vector.get(library).isJsonPrimitive()) {
                    byte[] body = hex(vector.get(library).getAsString());
                    Object expected = Capture.typed(vector.get(library + "_decoded"));
                    if (!vector.get("name").getAsString().equals("str lone high surrogate")) {
                        assertSame(expected, ExactReader.readExactly(body), vector);
                        read++;
                    }
                }
            }
        }
        assertTrue(read > 120, "vectors read: " + read);
    }

    @Test
    void readsWhatOnlyOlderOrOtherLibrariesWrite() throws Exception {
        for (JsonObject vector : vectors()) {
            if (!vector.has("value") && vector.has("hex")) {
                String name = vector.get("name").getAsString();
                byte[] body = hex(vector.get("hex").getAsString());
                if (MALFORMED.contains(name)) {
                    assertThrows(MalformedMessageException.class, () -> MessagePackReader.read(body), name);
                } else {
                    assertSame(Capture.typed(vector.get("notepack_decoded")), ExactReader.readExactly(body), name);
                }
            }
        }
    }

    @Test
    void writesTheBytesThatTheyWrite() {
        int written = 0;
        for (JsonObject vector : vectors()) {
            String name = vector.has("name") ? vector.get("name").getAsString() : "";
            if (vector.has("value") && !ODD.contains(name)) {
                Object value = Capture.typed(vector.get("value"));
                assertEquals(vector.get("msgpack_js").getAsString(), hex(MessagePackWriter.write(value)), name);
                written++;
            }
        }
        assertTrue(written > 55, "vectors written: " + written);
    }

    @Test
    void writesAnIntegerAsShortAsItGoes() {
        assertWritten("00", -0.0);
        assertWritten("03", 3.0);
        assertWritten("03", 3);
        assertWritten("cf001fffffffffffff", 9_007_199_254_740_991L);
        assertWritten("cf0020000000000000", 9_007_199_254_740_992.0);
        assertWritten("cf0020000000000001", 9_007_199_254_740_993L);
        assertWritten("d3ffdfffffffffffff", -9_007_199_254_740_993L);
        assertWritten("cb4340000000000001", 9_007_199_254_740_994.0);
        assertWritten("cb4415af1d78b58c40", 1e20);
        assertWritten("cb7ff8000000000000", Double.NaN);
        assertWritten("cbfff0000000000000", Double.NEGATIVE_INFINITY);
    }

    @Test
    void writesTextAndTimeAsJavaScriptReadsThem() {
        assertWritten("a4f09f9880", "😀");
        assertWritten("a3efbfbd", "\ud83d");
        assertWritten("a761efbfbdefbfbd", "a\ude00\ud83d");
        assertWritten("d6ff65937d25", Instant.parse("2024-01-02T03:04:05Z"));
        assertWritten("d7ffa1a5d60065937d25", Instant.parse("2024-01-02T03:04:05.678999Z"));
    }

    @Test
    void readsADateAsTheTextThatJavaScriptMakesOfIt() throws Exception {
        assertEquals("2024-01-02T03:04:05.000Z", MessagePackReader.read(hex("d6ff65937d25")));
        assertEquals("2024-01-02T03:04:05.678Z", MessagePackReader.read(hex("d7ffa1a5d60065937d25")));
        assertEquals("1969-12-31T23:59:59.999Z", MessagePackReader.read(hex("c70cff3b8b87c0ffffffffffffffff")));
        assertEquals("2024-01-02T03:04:05.678Z", MessagePackReader.read(hex("d7000000018cc820db2e")));
        // new Date(8.64e15), and a second more
        assertEquals("+275760-09-13T00:00:00.000Z", MessagePackReader.read(hex("c70cff00000000000007dba8218000")));
        assertEquals(null, MessagePackReader.read(hex("c70cff00000000000007dba8218001")));
        assertEquals(null, MessagePackReader.read(hex("c70cff000000007fffffffffffffff")));
        assertEquals(
                "-000001-12-31T00:00:00.000Z",
                MessagePackReader.read(MessagePackWriter.write(Instant.parse("-0001-12-31T00:00:00Z"))));
    }

    @Test
    void readsWhatJsonHasNoNumberForAsNull() throws Exception {
        assertEquals(null, MessagePackReader.read(hex("cb7ff8000000000000")));
        assertEquals(null, MessagePackReader.read(hex("cb7ff0000000000000")));
        assertEquals(null, MessagePackReader.read(hex("caff800000")));
        assertEquals(1.8446744073709552E19, MessagePackReader.read(hex("cfffffffffffffffff")));
        assertEquals(Long.MIN_VALUE, MessagePackReader.read(hex("d38000000000000000")));
    }

    @Test
    void makesATextOfAMapsKey() throws Exception {
        assertEquals(Map.of("1", "x"), MessagePackReader.read(hex("8101a178")));
        assertEquals(Map.of("true", 1L), MessagePackReader.read(hex("81c301")));
        assertThrows(MalformedMessageException.class, () -> MessagePackReader.read(hex("818001")));
    }

    @Test
    void neverAllocatesWhatIsOnlyAnnounced() {
        for (String body : List.of(
                "ddffffffff",
                "dd7fffffff",
                "df7fffffff",
                "dfffffffff",
                "db7fffffff",
                "dbffffffff",
                "c67fffffff",
                "c6ffffffff",
                "c97fffffff00",
                "c9ffffffff00",
                "c97fffffffff",
                "92dd7ffffffe00",
                "dc000a00")) {
            long before = Allocation.ofThisThread();
            assertThrows(MalformedMessageException.class, () -> MessagePackReader.read(hex(body)), body);
            long allocated = Allocation.ofThisThread() - before;
            assertTrue(allocated < 1_000_000, body + " had " + allocated + " bytes allocated");
        }
    }

    @Test
    void takesAsManyLevelsAsItWritesAndThoseOfTheMessageAroundThem() throws Exception {
        byte[] deepest = nested(64);
        assertEquals(hex(deepest), hex(MessagePackWriter.write(MessagePackReader.read(deepest))));
        Object tooDeep = MessagePackReader.read(nested(65));
        assertThrows(IllegalArgumentException.class, () -> MessagePackWriter.write(tooDeep));
        assertEquals(1, ((List<?>) MessagePackReader.read(nested(68))).size());
        assertThrows(MalformedMessageException.class, () -> MessagePackReader.read(nested(69)));
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        assertThrows(IllegalArgumentException.class, () -> MessagePackWriter.write(endless));
    }

    @Test
    void refusesWhatIsNotPlainAndNamesIt() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> MessagePackWriter.write(List.of(Map.of("a", Thread.State.NEW))))
                .getMessage();
        assertTrue(message.contains("java.lang.Thread$State \"NEW\""), message);
        Map<Object, Object> numbered = new HashMap<>();
        numbered.put(1, 2);
        message = assertThrows(IllegalArgumentException.class, () -> MessagePackWriter.write(numbered))
                .getMessage();
        assertTrue(message.contains("java.lang.Integer \"1\""), message);
    }

    private static byte[] nested(int levels) {
        byte[] nested = new byte[levels];
        Arrays.fill(nested, (byte) 0x91);
        nested[levels - 1] = (byte) 0x90;
        return nested;
    }

    private static void assertWritten(String hex, Object value) {
        assertEquals(hex, hex(MessagePackWriter.write(value)));
    }

    private static List<JsonObject> vectors() {
        return Capture.lines("msgpack-vectors");
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
