package io.gangway.redis;

import com.google.gson.stream.JsonWriter;
import java.io.Writer;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes what a TypeAdapter of Gson writes and makes plain Java of it instead of text; takes bytes as well. Confined to one call. */
final class PlainWriter extends JsonWriter {
    /** The lists and maps that are not ended yet, the innermost first. */
    private final Deque<Object> open = new ArrayDeque<>();
    /** The names under which the next values of the maps among them go. */
    private final Deque<String> names = new ArrayDeque<>();

    private @Nullable Object result;

    PlainWriter() {
        super(Writer.nullWriter());
    }

    /** What was written. */
    @Nullable
    Object result() {
        return result;
    }

    private PlainWriter put(@Nullable Object value) {
        Object container = open.peek();
        if (container instanceof PlainList list) {
            list.elements.add(value);
        } else if (container instanceof PlainMap map) {
            map.entries.put(names.pop(), value);
        } else {
            result = value;
        }
        return this;
    }

    /** Lists and maps in the making; what is put into the next one is the view that nobody can change. */
    private static final class PlainList {
        final List<@Nullable Object> elements = new ArrayList<>();
    }

    private static final class PlainMap {
        final Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    }

    private PlainWriter begin(Object container, Object view) {
        if (open.size() == PlainJson.MAX_DEPTH) {
            throw new IllegalArgumentException("nested deeper than " + PlainJson.MAX_DEPTH + ", or without an end");
        }
        put(view);
        open.push(container);
        return this;
    }

    PlainWriter bytes(byte[] bytes) {
        return put(bytes.clone());
    }

    @Override
    public JsonWriter beginArray() {
        PlainList list = new PlainList();
        return begin(list, Collections.unmodifiableList(list.elements));
    }

    @Override
    public JsonWriter beginObject() {
        PlainMap map = new PlainMap();
        return begin(map, Collections.unmodifiableMap(map.entries));
    }

    @Override
    public JsonWriter endArray() {
        open.pop();
        return this;
    }

    @Override
    public JsonWriter endObject() {
        open.pop();
        return this;
    }

    @Override
    public JsonWriter name(String name) {
        names.push(name);
        return this;
    }

    @Override
    public JsonWriter nullValue() {
        return put(null);
    }

    @Override
    public JsonWriter value(@Nullable String value) {
        return put(value);
    }

    @Override
    public JsonWriter value(boolean value) {
        return put(value);
    }

    @Override
    public JsonWriter value(@Nullable Boolean value) {
        return put(value);
    }

    @Override
    public JsonWriter value(float value) {
        return number(Double.parseDouble(Float.toString(value))); // 0.1f is 0.1, as in text
    }

    @Override
    public JsonWriter value(double value) {
        return number(value);
    }

    @Override
    public JsonWriter value(long value) {
        return put(value);
    }

    @Override
    public JsonWriter value(@Nullable Number value) {
        if (value == null) {
            return nullValue();
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return put(value.longValue());
        }
        if (value instanceof BigInteger integer && integer.bitLength() < Long.SIZE) {
            return put(integer.longValue());
        }
        return number(Double.parseDouble(value.toString()));
    }

    private JsonWriter number(double value) {
        return put(Double.isFinite(value) ? value : null);
    }

    @Override
    public JsonWriter jsonValue(String json) {
        try {
            return put(PlainJson.read(json));
        } catch (MalformedMessageException notJson) {
            throw new IllegalArgumentException("a TypeAdapter wrote what is not JSON", notJson);
        }
    }

    @Override
    public void flush() {
        // there is nothing to be flushed
    }

    @Override
    public void close() {
        // there is nothing to be closed
    }
}
