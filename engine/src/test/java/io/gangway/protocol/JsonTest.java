package io.gangway.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTest {
    private final Gson gson = Json.standard();

    static Stream<Arguments> times() {
        return Stream.of(
                Arguments.of(Instant.class, "2026-01-02T03:04:05.678Z"),
                Arguments.of(Duration.class, "PT1M30S"),
                Arguments.of(Period.class, "P1Y2M3D"),
                Arguments.of(LocalDate.class, "2026-01-02"),
                Arguments.of(LocalTime.class, "03:04:05"),
                Arguments.of(LocalDateTime.class, "2026-01-02T03:04:05"),
                Arguments.of(OffsetDateTime.class, "2026-01-02T03:04:05+01:00"),
                Arguments.of(OffsetTime.class, "03:04:05+01:00"),
                Arguments.of(ZonedDateTime.class, "2026-01-02T03:04:05+01:00"),
                Arguments.of(Year.class, "2026"),
                Arguments.of(YearMonth.class, "2026-01"),
                Arguments.of(MonthDay.class, "--01-02"),
                Arguments.of(ZoneOffset.class, "+01:00"),
                Arguments.of(ZoneId.class, "Europe/Vienna"));
    }

    @ParameterizedTest
    @MethodSource("times")
    void writesAndReadsTimesAsIso8601(Class<?> type, String text) {
        Object time = gson.fromJson("\"" + text + "\"", type);
        assertEquals(text, time.toString());
        assertEquals("\"" + text + "\"", gson.toJson(time, type));
        assertEquals("\"" + text + "\"", gson.toJson(time));
        assertEquals("null", gson.toJson(null, type));
        assertThrows(JsonParseException.class, () -> gson.fromJson("\"soon\"", type));
    }

    @Test
    void escapesNoHtmlAndKeepsNulls() {
        Map<String, Object> map = new HashMap<>();
        map.put("<a>", null);
        assertEquals("{\"<a>\":null}", gson.toJson(map));
    }

    @Test
    void writesNullForWhatJsonHasNoNumberFor() {
        assertEquals("[null,null,1.5]", gson.toJson(Arrays.asList(Double.NaN, Float.POSITIVE_INFINITY, 1.5)));
        assertEquals("[null,1.0]", gson.toJson(new double[] {Double.NEGATIVE_INFINITY, 1}));
        assertEquals("[null]", gson.toJson(new float[] {Float.NaN}));
    }

    @Test
    void readsNumbersAsLongsAndDoublesWhereNothingElseIsAskedFor() {
        assertEquals(
                List.of(1L, 1.0, Double.POSITIVE_INFINITY, 0x1p63),
                gson.fromJson("[1,1.0,1e400,9223372036854775808]", List.class));
    }

    @Test
    void readsNoWordsAsNumbers() {
        assertThrows(IOException.class, () -> gson.getAdapter(Double.class).fromJson("\"NaN\""));
        assertThrows(IOException.class, () -> gson.getAdapter(float.class).fromJson("\"Infinity\""));
    }

    record Named(String name, Integer age) {}

    @Test
    void writesAndReadsRecords() {
        assertEquals("{\"name\":\"n\",\"age\":null}", gson.toJson(new Named("n", null)));
        assertEquals(new Named("n", null), gson.fromJson("{\"name\":\"n\",\"else\":1}", Named.class));
    }

    @Test
    void writesBytesAsBase64WhereNothingCanBeAttached() {
        JsonElement tree = gson.toJsonTree(List.of(new byte[] {1, 2, 3}, ByteBuffer.wrap(new byte[] {4})));
        assertEquals("[\"AQID\",\"BA==\"]", tree.toString());
    }

    @Test
    void readsNoBytesFromAnythingButAttachments() {
        assertThrows(JsonParseException.class, () -> gson.fromJson("[1,2,3]", byte[].class));
        assertThrows(JsonParseException.class, () -> gson.fromJson("{\"_placeholder\":true,\"num\":0}", byte[].class));
    }

    private static final class Shout extends TypeAdapter<Named> {
        @Override
        public void write(JsonWriter out, Named value) throws IOException {
            out.value(value.name + "!");
        }

        @Override
        public Named read(JsonReader in) throws IOException {
            return new Named(in.nextString(), 1);
        }
    }

    @Test
    void leavesAnApplicationsGsonAsItIsButForBytes() {
        Gson own =
                new GsonBuilder().registerTypeAdapter(Named.class, new Shout()).create();
        Gson taught = Json.withAttachments(own);
        assertEquals("\"n!\"", taught.toJson(new Named("n", 5)));
        assertEquals(new Named("x", 1), taught.fromJson("\"x\"", Named.class));
        assertEquals(List.of(1.0), taught.fromJson("[1]", List.class), "the application's own choice of numbers");
        Map<String, Object> map = new HashMap<>();
        map.put("gone", null);
        assertEquals("{}", taught.toJson(map));
        assertEquals("\"AQID\"", taught.toJson(new byte[] {1, 2, 3}));
        assertArrayEquals(new byte[] {1}, own.fromJson(own.toJson(new byte[] {1}), byte[].class), "untouched");
        assertTrue(own.serializeNulls() == taught.serializeNulls());
    }

    /** Writes its name as it is: a broken name makes broken JSON. */
    private static final class Raw extends TypeAdapter<Named> {
        @Override
        public void write(JsonWriter out, Named value) throws IOException {
            if (value.age == null) {
                out.jsonValue(value.name);
            } else {
                Strictness before = out.getStrictness();
                out.setStrictness(Strictness.LENIENT);
                out.value(0.0 / value.age);
                out.setStrictness(before);
            }
        }

        @Override
        public Named read(JsonReader in) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void anAdapterThatWritesInvalidJsonFailsAtOnce() {
        JsonBinding binding = new JsonBinding(
                Json.withAttachments(new GsonBuilder()
                        .registerTypeAdapter(Named.class, new Raw())
                        .create()),
                ParserLimits.DEFAULT);
        assertEquals(
                "[\"e\",{\"a\": 1},0.0]",
                binding.writeEvent("e", List.of(new Named("{\"a\": 1}", null), new Named("", 1)))
                        .array());
        for (Named broken : List.of(new Named("{", null), new Named("]", null), new Named("", 0))) {
            for (Object value : List.of(broken, List.of(Map.of("a", broken)))) {
                List<Object> values = List.of(1, value);
                assertThrows(IllegalArgumentException.class, () -> binding.write(values));
                assertThrows(IllegalArgumentException.class, () -> binding.writeEvent("e", values));
                assertThrows(IllegalArgumentException.class, () -> binding.inline(Map.of("data", value)));
            }
        }
    }
}
