package io.gangway.redis.wire;

import org.jspecify.annotations.Nullable;

/** The rules for plain Java values that JSON and MessagePack share. */
final class PlainValues {
    /** Up to here a double holds every integer; beyond, notepack.io reads integers wrongly. */
    static final double MAX_EXACT = 9_007_199_254_740_992.0;

    private static final int QUOTED_CHARACTERS = 80;

    private PlainValues() {}

    /** The key of a map, which must be a String. */
    static String name(@Nullable Object key) {
        if (key instanceof String name) {
            return name;
        }
        throw new IllegalArgumentException("the key of a map is " + described(key) + "; it must be a String");
    }

    static IllegalArgumentException notPlain(Object value) {
        return new IllegalArgumentException("cannot send " + described(value)
                + " to other nodes; convert it to a String, Long," + " Double, Boolean, Map, List, byte[] or null");
    }

    private static String described(@Nullable Object value) {
        return value == null ? "null" : value.getClass().getName() + " " + quoted(value.toString());
    }

    static String quoted(String text) {
        return '"' + (text.length() <= QUOTED_CHARACTERS ? text : text.substring(0, QUOTED_CHARACTERS) + "...") + '"';
    }
}
