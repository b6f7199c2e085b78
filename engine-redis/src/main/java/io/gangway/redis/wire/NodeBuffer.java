package io.gangway.redis.wire;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Binary data in JSON, as JSON.stringify writes a Buffer of Node.js: {@code {"type":"Buffer","data":[1,2,3]}}. */
final class NodeBuffer {
    private NodeBuffer() {}

    static void write(JsonWriter writer, byte[] bytes) throws IOException {
        writer.beginObject().name("type").value("Buffer").name("data").beginArray();
        for (byte each : bytes) {
            writer.value(each & 0xff);
        }
        writer.endArray().endObject();
    }

    /** The plain value, with {@code byte[]} in place of each such object. */
    static @Nullable Object revive(@Nullable Object value) {
        if (value instanceof List<?> list) {
            List<@Nullable Object> revived = new ArrayList<>(list.size());
            list.forEach(element -> revived.add(revive(element)));
            return Collections.unmodifiableList(revived);
        }
        if (value instanceof Map<?, ?> map) {
            if (map.size() == 2 && "Buffer".equals(map.get("type")) && map.get("data") instanceof List<?> numbers) {
                byte[] bytes = bytes(numbers);
                if (bytes != null) {
                    return bytes;
                }
            }
            Map<String, @Nullable Object> revived = new LinkedHashMap<>();
            map.forEach((name, element) -> revived.put((String) name, revive(element)));
            return Collections.unmodifiableMap(revived);
        }
        return value;
    }

    private static byte @Nullable [] bytes(List<?> numbers) {
        byte[] bytes = new byte[numbers.size()];
        for (int i = 0; i < bytes.length; i++) {
            if (!(numbers.get(i) instanceof Long number) || number < 0 || number > 255) {
                return null;
            }
            bytes[i] = number.byteValue();
        }
        return bytes;
    }
}
