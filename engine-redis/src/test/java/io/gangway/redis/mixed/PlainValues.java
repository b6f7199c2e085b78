package io.gangway.redis.mixed;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plain Java values in lines of JSON, including values that JSON lacks, as values.js writes and reads them. */
final class PlainValues {
    private PlainValues() {}

    static List<@Nullable Object> encoded(@Nullable Object... values) {
        return list(Arrays.asList(values));
    }

    static @Nullable Object encoded(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return Map.of("$binary", HexFormat.of().formatHex(bytes));
        } else if (value instanceof Instant instant) {
            return Map.of("$date", instant.toString());
        } else if (value instanceof Double number && !Double.isFinite(number)) {
            return Map.of("$number", number.toString());
        } else if (value instanceof List<?> list) {
            return list(list);
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> encoded = new LinkedHashMap<>();
            map.forEach((key, inner) -> encoded.put(key, encoded(inner)));
            return encoded;
        }
        return value;
    }

    private static List<@Nullable Object> list(List<?> values) {
        List<@Nullable Object> encoded = new ArrayList<>();
        values.forEach(value -> encoded.add(encoded(value)));
        return encoded;
    }

    static @Nullable Object decoded(@Nullable Object value) {
        if (value instanceof List<?> list) {
            List<@Nullable Object> decoded = new ArrayList<>();
            list.forEach(inner -> decoded.add(decoded(inner)));
            return decoded;
        } else if (value instanceof Map<?, ?> map) {
            if (map.get("$binary") instanceof String hex) {
                return HexFormat.of().parseHex(hex);
            } else if (map.get("$date") instanceof String iso) {
                return Instant.parse(iso);
            } else if (map.get("$number") instanceof String number) {
                return Double.valueOf(number);
            }
            Map<Object, @Nullable Object> decoded = new LinkedHashMap<>();
            map.forEach((key, inner) -> decoded.put(key, decoded(inner)));
            return decoded;
        }
        return value;
    }
}
