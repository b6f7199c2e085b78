package io.gangway;

import io.gangway.cluster.Payload;
import io.gangway.protocol.JsonBinding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event of texts, numbers, booleans, nulls, and maps and collections of them: for these it is known what is written
 * with the standard Gson, and what is read from that, so neither is done before somebody asks for JSON. Thread-safe.
 */
final class PlainEvent implements Payload {
    /** Deeper values are left to the binding, which tells of those that contain themselves. */
    private static final int MAX_DEPTH = 32;

    /** Stands for what is not plain, for null is. */
    private static final Object OTHER = new Object();

    private final JsonBinding binding;
    private final List<?> values;
    private volatile @Nullable String json;

    private PlainEvent(JsonBinding binding, List<?> values) {
        this.binding = binding;
        this.values = values;
    }

    /**
     * The values as they are now; null if one of them is not plain.
     *
     * @param binding one with the standard Gson
     */
    static @Nullable Payload of(JsonBinding binding, List<?> values) {
        return plain(values, 0) instanceof List<?> plain ? new PlainEvent(binding, plain) : null;
    }

    private static @Nullable Object plain(@Nullable Object value, int depth) {
        if (value == null || value instanceof String || value instanceof Boolean || value instanceof Long) {
            return value;
        }
        if (value instanceof Integer number) {
            return number.longValue();
        }
        if (value instanceof Double number) {
            return Double.isFinite(number) ? value : OTHER; // null, as JSON has it
        }
        if (depth == MAX_DEPTH) {
            return OTHER;
        }
        if (value instanceof Collection<?> collection) {
            return plain(collection, depth + 1);
        }
        return value instanceof Map<?, ?> map ? plain(map, depth + 1) : OTHER;
    }

    private static Object plain(Collection<?> collection, int depth) {
        List<@Nullable Object> list = new ArrayList<>(collection.size());
        for (Object element : collection) {
            Object plain = plain(element, depth);
            if (plain == OTHER) {
                return OTHER;
            }
            list.add(plain);
        }
        return Collections.unmodifiableList(list);
    }

    private static Object plain(Map<?, ?> map, int depth) {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Object plain = plain(entry.getValue(), depth);
            if (plain == OTHER || !(entry.getKey() instanceof String name)) {
                return OTHER;
            }
            entries.put(name, plain);
        }
        return Collections.unmodifiableMap(entries);
    }

    @Override
    public boolean hasBinary() {
        return false;
    }

    @Override
    public String json() {
        String known = json;
        if (known == null) {
            known = binding.elements(values).array();
            json = known;
        }
        return known;
    }

    @Override
    public Object value() {
        return values;
    }

    @Override
    public String toString() {
        return "Payload[" + values.size() + " elements]"; // not the values: they do not belong into a log
    }
}
