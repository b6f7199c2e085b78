package io.gangway.redis.wire;

import io.gangway.cluster.Payload;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a message that was received. Each method checks the type of the field it returns; a field that is
 * null counts as missing.
 *
 * <p>PHP has one type for lists and maps, and writes an empty one as a list: so an empty list is accepted as an empty
 * map. A map is never accepted as a list, as in Node.js.
 */
interface Fields {
    boolean has(String name);

    /** The field as a plain Java value; null if it is missing. */
    @Nullable
    Object value(String name) throws MalformedMessageException;

    /** The field, of any type; JSON null if it is missing. */
    Payload payload(String name) throws MalformedMessageException;

    /** The field, which must be an event. An event in JSON is not parsed: its user has to check the arguments. */
    Payload event(String name) throws MalformedMessageException;

    /** The field, which must be a map or an empty list. */
    Fields fields(String name) throws MalformedMessageException;

    /** The field, which must be a string that is not empty. */
    default String text(String name) throws MalformedMessageException {
        String text = text(name, "");
        if (text.isEmpty()) {
            throw new MalformedMessageException("the field " + name + " is missing or empty");
        }
        return text;
    }

    default String text(String name, String otherwise) throws MalformedMessageException {
        Object value = value(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof String text) {
            return text;
        }
        throw new MalformedMessageException("the field " + name + " is not a string");
    }

    /** The field, which must be a whole number, 0 or more. */
    default int number(String name) throws MalformedMessageException {
        Object value = value(name);
        // A sender with one type for all numbers may write 2 as 2.0.
        if ((value instanceof Long || value instanceof Double)
                && ((Number) value).doubleValue() == ((Number) value).intValue()
                && ((Number) value).intValue() >= 0) {
            return ((Number) value).intValue();
        }
        throw new MalformedMessageException(
                "the field " + name + " is not a whole number from 0 to " + Integer.MAX_VALUE);
    }

    /** Whether the field is true as JavaScript sees it; some senders write 1 instead of true. */
    default boolean isSet(String name) throws MalformedMessageException {
        Object value = value(name);
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        return value != null && !value.equals(false) && !value.equals("");
    }

    /**
     * The names of rooms in the field; none if it is missing. A number, which JavaScript accepts as a room, becomes a
     * string.
     */
    default Set<String> rooms(String name) throws MalformedMessageException {
        Object value = value(name);
        if (value == null) {
            return Set.of();
        }
        if (!(value instanceof Collection<?> list)) {
            throw new MalformedMessageException("the field " + name + " is not a list");
        }
        Set<String> rooms = new LinkedHashSet<>();
        for (Object room : list) {
            rooms.add(room(room));
        }
        return rooms;
    }

    /** The field, which must be the name of a room. */
    default String room(String name) throws MalformedMessageException {
        return room(value(name));
    }

    private static String room(@Nullable Object value) throws MalformedMessageException {
        if (value instanceof String room) {
            return room;
        }
        if (value instanceof Long || value instanceof Double) {
            return PlainJson.write(value);
        }
        throw new MalformedMessageException("the name of a room is neither a string nor a number");
    }

    /** The fields of a map that was decoded. */
    record MapFields(Map<?, ?> map) implements Fields {
        static MapFields of(@Nullable Object value, String what) throws MalformedMessageException {
            if (value instanceof Map<?, ?> map) {
                return new MapFields(map);
            }
            if (value instanceof List<?> list && list.isEmpty()) {
                return new MapFields(Map.of());
            }
            throw new MalformedMessageException(what + " is not a map");
        }

        @Override
        public boolean has(String name) {
            return map.get(name) != null;
        }

        @Override
        public @Nullable Object value(String name) {
            return map.get(name);
        }

        @Override
        public Payload payload(String name) {
            return new ValuePayload(map.get(name));
        }

        @Override
        public Payload event(String name) throws MalformedMessageException {
            return EventPayloads.ofValue(map.get(name));
        }

        @Override
        public Fields fields(String name) throws MalformedMessageException {
            return of(map.get(name), name);
        }
    }
}
