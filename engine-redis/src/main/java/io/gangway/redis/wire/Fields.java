package io.gangway.redis.wire;

import io.gangway.cluster.Payload;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a message that came: each is checked for its type when it is asked for. A field that is null is as good as
 * missing.
 *
 * <p>PHP has one type for lists and maps, and writes an empty one as a list: so an empty list is taken for an empty map. The
 * other way round there is nothing to be taken: a map is no list, nor is it one to Node.js.
 */
interface Fields {
    boolean has(String name);

    /** The field as plain Java. */
    @Nullable
    Object value(String name) throws MalformedMessageException;

    /** The field, whatever it is; JSON null if it is missing. */
    Payload payload(String name) throws MalformedMessageException;

    /** The field, which is an event. Whoever uses it has to check what is in it: if it is text, it is looked at no closer. */
    Payload event(String name) throws MalformedMessageException;

    /** The field, which is a map, or a list with nothing in it, and has to be there. */
    Fields fields(String name) throws MalformedMessageException;

    /** The field, which has to be there and say something. */
    default String text(String name) throws MalformedMessageException {
        String text = text(name, "");
        if (text.isEmpty()) {
            throw new MalformedMessageException("without " + name);
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
        throw new MalformedMessageException(name + " is not a text");
    }

    /** The field, which has to be there, and is not negative. */
    default int number(String name) throws MalformedMessageException {
        Object value = value(name);
        // Where all numbers are of one type, 2 may come as 2.0.
        if ((value instanceof Long || value instanceof Double)
                && ((Number) value).doubleValue() == ((Number) value).intValue()
                && ((Number) value).intValue() >= 0) {
            return ((Number) value).intValue();
        }
        throw new MalformedMessageException(name + " is not a number, or none that can be");
    }

    /** Whether the field is there, and such that JavaScript takes it for true: also 1, where a language has no booleans. */
    default boolean isSet(String name) throws MalformedMessageException {
        Object value = value(name);
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        return value != null && !value.equals(false) && !value.equals("");
    }

    /** The field's names of rooms, none if it is missing. JavaScript lets a number be a room; here it is a text. */
    default Set<String> rooms(String name) throws MalformedMessageException {
        Object value = value(name);
        if (value == null) {
            return Set.of();
        }
        if (!(value instanceof Collection<?> list)) {
            throw new MalformedMessageException(name + " is not a list");
        }
        Set<String> rooms = new LinkedHashSet<>();
        for (Object room : list) {
            rooms.add(room(room));
        }
        return rooms;
    }

    /** The field, which is the name of a room and has to be there. */
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
        throw new MalformedMessageException("a room is neither a text nor a number");
    }

    /** Fields that are there, such as those of a map that was read. */
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
