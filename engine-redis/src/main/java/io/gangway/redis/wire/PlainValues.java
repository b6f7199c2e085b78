package io.gangway.redis.wire;

import org.jspecify.annotations.Nullable;

/** The values that both encodings write: what a map's key may be, which integers a double holds, and what is refused. */
final class PlainValues {
    /** Up to here a double is exact about integers; beyond, notepack.io would read an integer wrongly. */
    static final double MAX_EXACT = 9_007_199_254_740_992.0;

    private static final int QUOTED_CHARACTERS = 80;

    private PlainValues() {}

    /** The key of a map, which has to be a text. */
    static String name(@Nullable Object key) {
        if (key instanceof String name) {
            return name;
        }
        throw new IllegalArgumentException("a map's key is " + described(key) + "; it has to be a String");
    }

    static IllegalArgumentException notPlain(Object value) {
        return new IllegalArgumentException(described(value) + " cannot be sent to other nodes; String, Long, Double,"
                + " Boolean, Map, List, byte[] and null can");
    }

    private static String described(@Nullable Object value) {
        return value == null ? "null" : value.getClass().getName() + " " + quoted(value.toString());
    }

    static String quoted(String text) {
        return '"' + (text.length() <= QUOTED_CHARACTERS ? text : text.substring(0, QUOTED_CHARACTERS) + "...") + '"';
    }
}
