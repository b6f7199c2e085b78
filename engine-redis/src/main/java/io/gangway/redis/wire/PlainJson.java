package io.gangway.redis.wire;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.gangway.cluster.Payload;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads plain Java values from JSON, strictly, and writes them. Integers remain integers; NaN and the infinities are
 * written as null, binary data as {@link NodeBuffer} says, and a {@link Payload} as its text.
 */
public final class PlainJson {
    /** How deeply lists and maps may be nested. */
    static final int MAX_DEPTH = 255;

    private PlainJson() {}

    /** Reads the value that is the whole text. */
    public static @Nullable Object read(String json) throws MalformedMessageException {
        JsonReader reader = new JsonReader(new StringReader(json));
        // The strictest mode would refuse half a surrogate pair, which JSON.stringify writes as an escape.
        reader.setStrictness(Strictness.LEGACY_STRICT);
        reader.setNestingLimit(MAX_DEPTH);
        try {
            Object value = value(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new MalformedMessageException("the JSON value is followed by more text");
            }
            return value;
        } catch (IOException | IllegalStateException | NumberFormatException unreadable) {
            throw new MalformedMessageException("the text is not valid JSON", unreadable);
        }
    }

    private static @Nullable Object value(JsonReader reader) throws IOException {
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> map(reader);
            case BEGIN_ARRAY -> list(reader);
            case STRING -> reader.nextString();
            case NUMBER -> number(reader.nextString());
            case BOOLEAN -> reader.nextBoolean();
            default -> {
                reader.nextNull();
                yield null;
            }
        };
    }

    private static Map<String, @Nullable Object> map(JsonReader reader) throws IOException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
            map.put(reader.nextName(), value(reader));
        }
        reader.endObject();
        return Collections.unmodifiableMap(map);
    }

    private static List<@Nullable Object> list(JsonReader reader) throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
            list.add(value(reader));
        }
        reader.endArray();
        return Collections.unmodifiableList(list);
    }

    private static @Nullable Object number(String text) {
        boolean integer = true;
        for (int i = 0; i < text.length() && integer; i++) {
            char digit = text.charAt(i);
            integer = digit == '-' || (digit >= '0' && digit <= '9');
        }
        if (integer && text.length() <= 20) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException tooLong) {
                // too long for a long: a double
            }
        }
        double number = Double.parseDouble(text);
        return Double.isFinite(number) ? number : null;
    }

    /**
     * Writes a value as JSON.
     *
     * @throws IllegalArgumentException if a value is not plain, or is nested too deeply
     */
    public static String write(@Nullable Object value) {
        Text text = new Text();
        JsonWriter writer = new JsonWriter(text);
        writer.setHtmlSafe(false);
        try {
            write(writer, value, 0);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // the text is in memory
        }
        return Utf8.escaped(text.toString());
    }

    /** A StringWriter without its lock. The engine has its own, in a room that is not for other modules. */
    private static final class Text extends Writer {
        private final StringBuilder text = new StringBuilder(256);

        @Override
        public void write(int character) {
            text.append((char) character);
        }

        @Override
        public void write(char[] characters, int from, int length) {
            text.append(characters, from, length);
        }

        @Override
        public void write(String characters, int from, int length) {
            text.append(characters, from, from + length);
        }

        @Override
        public void flush() {
            // nothing is buffered
        }

        @Override
        public void close() {
            // nothing is open
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private static void write(JsonWriter writer, @Nullable Object value, int depth) throws IOException {
        if (value instanceof String text) {
            writer.value(text);
        } else if (value == null) {
            writer.nullValue();
        } else if (value instanceof Integer
                || value instanceof Long
                || value instanceof Short
                || value instanceof Byte) {
            writer.value(((Number) value).longValue());
        } else if (value instanceof Double || value instanceof Float) {
            number(writer, ((Number) value).doubleValue());
        } else if (value instanceof Boolean bool) {
            writer.value(bool.booleanValue());
        } else if (value instanceof Map<?, ?> map) {
            writer.beginObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                writer.name(PlainValues.name(entry.getKey()));
                write(writer, entry.getValue(), nested(depth));
            }
            writer.endObject();
        } else if (value instanceof Collection<?> list) {
            writer.beginArray();
            for (Object element : list) {
                write(writer, element, nested(depth));
            }
            writer.endArray();
        } else if (value instanceof byte[] bytes) {
            NodeBuffer.write(writer, bytes);
        } else if (value instanceof Payload payload) {
            payload(writer, payload);
        } else if (value instanceof Instant time) {
            writer.value(JavaScriptDate.json(time.getEpochSecond(), time.getNano()));
        } else {
            throw PlainValues.notPlain(value);
        }
    }

    private static int nested(int depth) {
        if (depth == MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "the value is nested more than " + MAX_DEPTH + " deep, which other nodes refuse");
        }
        return depth + 1;
    }

    /** A double that holds an integer is written as one, as JavaScript does. */
    private static void number(JsonWriter writer, double number) throws IOException {
        if (number == Math.rint(number) && Math.abs(number) <= PlainValues.MAX_EXACT) {
            writer.value((long) number);
        } else if (Double.isFinite(number)) {
            writer.value(number);
        } else {
            writer.nullValue();
        }
    }

    /** A text that is not exactly one value would change the text around it. */
    private static void payload(JsonWriter writer, Payload payload) throws IOException {
        if (payload.hasBinary()) {
            write(writer, payload.value(), 0);
            return;
        }
        writer.jsonValue(oneValue(payload.json()));
    }

    /** The text. Throws IllegalArgumentException if it is not exactly one value. */
    static String oneValue(String json) {
        if (!JsonScan.isOneValue(json)) {
            throw new IllegalArgumentException("the payload is not one JSON value: " + PlainValues.quoted(json));
        }
        return json;
    }
}
