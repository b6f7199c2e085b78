package io.gangway.redis.link;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Protocol;

/**
 * An entry of a stream.
 *
 * @param fields none if the entry was deleted before it was read
 */
record StreamEntry(String id, Map<String, byte[]> fields) {
    /** @param reply an element of the list with which Redis replies */
    static StreamEntry of(Object reply) {
        return new StreamEntry(id(reply), fields(reply));
    }

    static String id(Object reply) {
        return text(((List<?>) reply).get(0));
    }

    /** None if the entry was deleted before it was read. */
    static Map<String, byte[]> fields(Object reply) {
        Map<String, byte[]> fields = new LinkedHashMap<>();
        if (((List<?>) reply).get(1) instanceof List<?> namesAndValues) {
            for (int i = 0; i + 1 < namesAndValues.size(); i += 2) {
                fields.put(text(namesAndValues.get(i)), (byte[]) namesAndValues.get(i + 1));
            }
        }
        return fields;
    }

    boolean isDeleted() {
        return fields.isEmpty();
    }

    /** How many bytes its values take. */
    long bytes() {
        return fields.values().stream().mapToLong(value -> value.length).sum();
    }

    private static String text(Object part) {
        return new String((byte[]) part, Protocol.CHARSET);
    }
}
