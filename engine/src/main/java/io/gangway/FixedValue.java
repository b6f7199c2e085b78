package io.gangway;

import com.google.gson.JsonElement;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies values, so that later changes to the originals have no effect: bytes, arrays, lists, maps and Gson's trees are
 * copied at any depth, unless they are immutable. Objects of other classes are not copied.
 */
final class FixedValue {
    /** The maximum nesting of lists, maps and arrays, the same as for writing. */
    private static final int MAX_DEPTH = 512;

    /** The JDK's immutable collections; their elements may still change. */
    private static final Set<Class<?>> UNCHANGING = Set.of(
            List.of().getClass(),
            List.of(1).getClass(),
            Set.of().getClass(),
            Set.of(1).getClass(),
            Map.of().getClass(),
            Map.of(1, 1).getClass());

    private FixedValue() {}

    /** @throws IllegalArgumentException if the value contains itself */
    static @Nullable Object of(@Nullable Object value) {
        return of(value, 0);
    }

    /** Whether the value is known to be immutable, without looking at its elements. */
    static boolean isUnchanging(@Nullable Object value) {
        return value == null
                || value instanceof String
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Double
                || value instanceof Arguments
                || value instanceof Enum<?>;
    }

    private static @Nullable Object of(@Nullable Object value, int depth) {
        if (isUnchanging(value)) {
            return value;
        }
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("nested deeper than " + MAX_DEPTH
                    + " arrays and objects: check that the value does not contain itself");
        }
        if (value instanceof byte[] bytes) {
            return bytes.clone();
        } else if (value instanceof ByteBuffer buffer) {
            return of(buffer);
        } else if (value instanceof Map<?, ?> map) {
            return of(map, depth);
        } else if (value instanceof Collection<?> collection) {
            return of(collection, depth);
        } else if (value instanceof JsonElement tree) {
            return tree.deepCopy();
        } else if (value instanceof Object[] array) {
            return of(array, depth);
        } else if (value != null && value.getClass().isArray()) {
            return copy(value);
        }
        return value;
    }

    /** A read-only buffer is not copied, see {@link Socket#emit}. */
    private static ByteBuffer of(ByteBuffer buffer) {
        return buffer.isReadOnly()
                ? buffer.duplicate()
                : ByteBuffer.allocate(buffer.remaining())
                        .put(buffer.duplicate())
                        .flip()
                        .asReadOnlyBuffer();
    }

    private static Map<?, ?> of(Map<?, ?> map, int depth) {
        boolean same = UNCHANGING.contains(map.getClass());
        Map<Object, @Nullable Object> copy = null;
        if (!same) {
            copy = new LinkedHashMap<>();
        }
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Object fixed = of(entry.getValue(), depth + 1);
            if (copy == null && fixed != entry.getValue()) {
                copy = new LinkedHashMap<>(map);
            }
            if (copy != null) {
                copy.put(entry.getKey(), fixed);
            }
        }
        return copy == null ? map : Collections.unmodifiableMap(copy);
    }

    private static Collection<?> of(Collection<?> collection, int depth) {
        boolean same = UNCHANGING.contains(collection.getClass());
        List<@Nullable Object> copy = new ArrayList<>(collection.size());
        for (Object element : collection) {
            Object fixed = of(element, depth + 1);
            same &= fixed == element;
            copy.add(fixed);
        }
        if (same) {
            return collection;
        }
        return collection instanceof Set
                ? Collections.unmodifiableSet(new LinkedHashSet<>(copy))
                : Collections.unmodifiableList(copy);
    }

    private static Object[] of(Object[] array, int depth) {
        Object[] copy = array.clone();
        Class<?> type = array.getClass().getComponentType();
        for (int i = 0; i < copy.length; i++) {
            Object fixed = of(copy[i], depth + 1);
            if (type.isInstance(fixed)) {
                copy[i] = fixed; // an array of TreeMaps cannot hold a copy of another class
            }
        }
        return copy;
    }

    private static Object copy(Object primitives) {
        int length = Array.getLength(primitives);
        Object copy = Array.newInstance(primitives.getClass().getComponentType(), length);
        System.arraycopy(primitives, 0, copy, 0, length);
        return copy;
    }
}
