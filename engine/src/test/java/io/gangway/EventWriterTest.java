package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import com.google.gson.TypeAdapter;
import com.google.gson.annotations.JsonAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import io.gangway.cluster.Payload;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Json;
import io.gangway.protocol.JsonBinding;
import io.gangway.protocol.ParserLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What an emitter says is what an engine says, whichever way it is written. */
class EventWriterTest {
    private static final JsonBinding BINDING = new JsonBinding(Json.standard(), ParserLimits.DEFAULT);

    /** A list of another form than Gson's own. */
    @JsonAdapter(Loud.class)
    static final class Shout extends ArrayList<String> {
        private static final long serialVersionUID = 1L;
    }

    static final class Loud extends TypeAdapter<Shout> {
        @Override
        public void write(JsonWriter out, Shout value) throws IOException {
            out.value(String.join("!", value));
        }

        @Override
        public Shout read(JsonReader in) {
            throw new UnsupportedOperationException("writes only");
        }
    }

    private static Map<Object, Object> map(Object key, Object value) {
        Map<Object, Object> map = new HashMap<>();
        map.put(key, value);
        return map;
    }

    private static Object nested(int depth) {
        return depth == 0 ? "bottom" : List.of(nested(depth - 1));
    }

    private static final Shout SHOUT = new Shout();

    static {
        SHOUT.addAll(List.of("a", "b"));
    }

    static final List<Object> values = List.of(
            "text",
            "\"\\ \u0000 \u2028 <&> \ud83d \ud83d\ude00",
            7,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            true,
            2.0,
            -0.0,
            1e300,
            Double.NaN,
            0.1f,
            (short) 3,
            'c',
            List.of(),
            Map.of(),
            Arrays.asList(1, null, List.of("x", Map.of("y", 2L))),
            Collections.singletonList(null),
            Collections.unmodifiableList(new ArrayList<>(List.of(1))),
            Set.of(1),
            map("null", null),
            map(null, 1),
            map(1, "number"),
            map("", Map.of("_placeholder", true, "num", 0)),
            new TreeMap<>(Map.of("b", 1, "a", List.of(Map.of()))),
            new LinkedHashMap<>(Map.of("deep", List.of(Optional.of(1), TimeUnit.DAYS))),
            new EnumMap<>(Map.of(TimeUnit.DAYS, 1)),
            SHOUT,
            Map.of("shout", SHOUT),
            new int[] {1, 2},
            new Object[] {1, "a"},
            nested(20),
            nested(100));

    @ParameterizedTest
    @FieldSource("values")
    void eachValueIsWhatAnEngineWritesAndWhatIsReadFromThat(Object value) {
        Elements expected = BINDING.elements(Arrays.asList("e", value, null));
        Payload payload = EventWriter.standard().write("e", value, null);
        assertEquals(expected.array(), payload.json());
        // With their types: a map is not equal to another if there is an Integer in one and a Long in the other.
        List<?> read = BINDING.elements(List.of(expected)).values();
        assertEquals(read, payload.value());
        assertEquals(false, payload.hasBinary());
    }

    @Test
    void bytesAtAnyDepthAreBinary() {
        Payload payload = EventWriter.standard().write("e", Map.of("a", List.of(new byte[] {1})));
        assertTrue(payload.hasBinary());
    }

    @Test
    void valuesAreTakenAsTheyAreAtTheCall() {
        List<Object> inner = new ArrayList<>(List.of("before"));
        Map<String, Object> outer = new HashMap<>(Map.of("inner", inner));
        Payload payload = EventWriter.standard().write("e", outer);
        inner.set(0, "after");
        outer.clear();
        assertEquals(List.of("e", Map.of("inner", List.of("before"))), payload.value());
        assertEquals("[\"e\",{\"inner\":[\"before\"]}]", payload.json());
    }

    @Test
    void anotherGsonIsAskedAboutEachValue() {
        EventWriter writer = EventWriter.of(new GsonBuilder()
                .registerTypeAdapter(
                        Integer.class, (JsonSerializer<Integer>) (number, type, context) -> new JsonPrimitive("own"))
                .create());
        assertEquals(
                "[\"e\",{\"a\":\"own\"}]", writer.write("e", Map.of("a", 1)).json());
        assertEquals("[\"e\",{}]", writer.write("e", map("a", null)).json());
    }

    @Test
    void whatContainsItselfIsRefusedNamingTheArgument() {
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> EventWriter.standard().write("e", 1, endless))
                .getMessage();
        assertTrue(message.startsWith("cannot write argument 1 of event \"e\", a java.util.ArrayList: "), message);
    }

    @Test
    void noArrayOfArgumentsIsOneNull() {
        assertEquals(
                "[\"e\",null]",
                EventWriter.standard().write("e", (Object[]) null).json());
        assertEquals("[\"e\"]", EventWriter.standard().write("e").json());
    }
}
