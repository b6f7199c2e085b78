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
 * An event of strings, numbers, booleans and nulls, and of maps and collections of them. The standard Gson's result for
 * these is known, so JSON is written only if it is requested. Thread-safe.
 */
final class PlainEvent implements Payload {
    /** Deeper values are left to the binding, which detects values that contain themselves. */
    private static final int MAX_DEPTH = 32;

    /** Marks a value that is not plain; null cannot, because it is plain. */
    private static final Object OTHER = new Object();

    private final JsonBinding binding;
    private final List<?> values;
    private volatile @Nullable String json;

    private PlainEvent(JsonBinding binding, List<?> values) {
        this.binding = binding;
        this.values = values;
    }

    /**
     * A copy of the values; null if one of them is not plain.
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
            return Double.isFinite(number) ? value : OTHER; // not plain: JSON has null for it
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
        return "Payload[" + values.size() + " elements]"; // not the values: logs show no payload
    }
}
