package io.gangway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that are written without a JsonWriter, and read without a JsonReader, are as with them. */
class PlainValuesTest {
    private static final int VALUES = 2_000;
    private static final long SEED = 20_261_127;

    /** Has the values beside it written by a JsonWriter. */
    private record Unplain() {}

    private static String writtenByGson(Gson gson, Object value) {
        String array = new JsonBinding(gson, ParserLimits.DEFAULT)
                .write(Arrays.asList(value, new Unplain()))
                .array();
        assertTrue(array.endsWith(",{}]"), array);
        return array.substring(0, array.length() - ",{}]".length()) + "]";
    }

    private static String written(Gson gson, Object value) {
        return PlainWriter.write(new PlainWriter.Kinds(gson), null, Collections.singletonList(value));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void areWrittenAsByGson(boolean standard) {
        Gson gson = standard ? Json.standard() : Json.withAttachments(new Gson()); // which leaves out nulls
        Random random = new Random(SEED);
        for (int i = 0; i < VALUES; i++) {
            Object value = new RandomValues(random, 0).next(4).java();
            assertEquals(writtenByGson(gson, value), written(gson, value));
        }
    }

    @Test
    void areWrittenWithEveryCharacter() {
        List<String> texts = new ArrayList<>();
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            texts.add("a" + (char) c + "b\uD83D\uDE00");
        }
        assertEquals(writtenByGson(Json.standard(), texts), written(Json.standard(), texts));
        Map<String, String> named = Map.of("\"\uD800\n", "");
        assertEquals(writtenByGson(Json.standard(), named), written(Json.standard(), named));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.0, 1, 1e21, 1e-7, Double.MIN_VALUE, Double.MAX_VALUE, Double.NaN, 1 / 0.0, -1 / 0.0})
    void areWrittenWithEveryKindOfNumber(double number) {
        List<Object> numbers = List.of(number, Long.MIN_VALUE, Integer.MIN_VALUE);
        assertEquals(writtenByGson(Json.standard(), numbers), written(Json.standard(), numbers));
    }

    @Test
    void otherValuesAreLeftToGson() {
        Map<Object, Object> numbered = new HashMap<>();
        numbered.put(1, 2);
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        List<Object> failing = new AbstractList<>() {
            @Override
            public Object get(int index) {
                throw new IllegalStateException("not now");
            }

            @Override
            public int size() {
                return 1;
            }
        };
        for (Object value : List.of(numbered, endless, failing, new Unplain(), new byte[1], 1f, 'c', new int[1])) {
            assertNull(written(Json.standard(), value));
            assertNull(written(Json.standard(), List.of(Map.of("a", value))));
        }
        Gson quoting = Json.standard()
                .newBuilder()
                .registerTypeAdapter(
                        Long.class, (JsonSerializer<Long>) (number, type, context) -> new JsonPrimitive("n" + number))
                .create();
        assertNull(written(quoting, 1L));
        assertEquals("[\"text\"]", written(quoting, "text"));
    }

    // ---- reading

    private static void assertReadAsByGson(String array) throws Exception {
        int[] bounds = StrictScan.elements(array, 0, 64);
        List<Object> expected = new ArrayList<>();
        try (AttachmentReader reader = new AttachmentReader(array, List.of(), 64)) {
            reader.beginArray();
            while (reader.hasNext()) {
                expected.add(reader.nextPlain());
            }
        }
        assertEquals(expected, ScannedValues.read(array, bounds), array);
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), ScannedValues.read(array, bounds[2 * i]), array);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[ ] ",
                "[ {} , [] , [ ] ,{ }\t]",
                "[{\"a\" : 1 , \"b\":[ 1,2 , 3 ] ,\n\"a\":{\"a\":null}}]",
                "[0,-0,-1,0.0,-0.0,1e5,1E-5,1e400,999999999999999999,1000000000000000000,9223372036854775807]",
                "[9223372036854775808,-9223372036854775808,-9223372036854775809,-999999999999999999,123456.789]",
                "[true,false,null]",
                "[\"\",\"\\\"\",\"\\\\\\/\\b\\f\\n\\r\\t\",\"\\u00e9\\ud800\\uDE00x\",\"a\\\\\",\"],[\"]",
                "[{\"\\u0061\":1,\"a\":2,\"__proto__\":3,\"_placeholder\":true,\"num\":0}]",
                "[[[[[[[[1],2],3],{\"a\":[[]]}]]]]]"
            })
    void areReadAsByGson(String array) throws Exception {
        assertReadAsByGson(array);
    }

    @Test
    void areReadAsByGsonWhateverArrives() throws Exception {
        Random random = new Random(SEED);
        int arrays = 0;
        while (arrays < VALUES) {
            String text = new FuzzedPacket(random).text();
            int begin = text.indexOf('[');
            if (begin >= 0 && isArray(text.substring(begin))) {
                assertReadAsByGson(text.substring(begin));
                arrays++;
            }
        }
        for (int i = 0; i < VALUES; i++) {
            String array =
                    written(Json.standard(), new RandomValues(random, 0).next(4).java());
            assertNotNull(array);
            assertReadAsByGson(array);
        }
    }

    private static boolean isArray(String text) {
        try {
            int[] unused = StrictScan.elements(text, 0, 64);
            return true;
        } catch (MalformedPacketException malformed) {
            return false;
        }
    }
}
