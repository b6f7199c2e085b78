package io.gangway.redis.wire;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;

/**
 * Compares plain values as JavaScript does: all numbers have one type, and the order of a map's keys does not count.
 */
public final class Same {
    private Same() {}

    public static void assertSame(Object expected, Object actual, Object about) {
        if (!same(expected, actual)) {
            fail(about + "\nexpected: " + text(expected) + "\nactual:   " + text(actual));
        }
    }

    public static boolean same(Object one, Object other) {
        if (one instanceof Number a && other instanceof Number b) {
            return Double.compare(a.doubleValue() + 0.0, b.doubleValue() + 0.0) == 0;
        }
        if (one instanceof byte[] a && other instanceof byte[] b) {
            return Arrays.equals(a, b);
        }
        if (one instanceof Collection<?> a && other instanceof Collection<?> b) {
            Iterator<?> others = b.iterator();
            return a.size() == b.size() && a.stream().allMatch(each -> same(each, others.next()));
        }
        if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
            return a.keySet().equals(b.keySet())
                    && a.entrySet().stream().allMatch(each -> same(each.getValue(), b.get(each.getKey())));
        }
        return Objects.equals(one, other);
    }

    public static String text(Object value) {
        if (value instanceof byte[] bytes) {
            return "<" + HexFormat.of().formatHex(bytes) + ">";
        }
        if (value instanceof Collection<?> list) {
            return list.stream().map(Same::text).toList().toString();
        }
        if (value instanceof Map<?, ?> map) {
            StringBuilder text = new StringBuilder("{");
            map.forEach((name, each) ->
                    text.append(name).append('=').append(text(each)).append(' '));
            return text.append('}').toString();
        }
        return value instanceof String text ? '"' + text + '"' : String.valueOf(value);
    }
}
