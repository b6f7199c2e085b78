package io.gangway.protocol;

import com.google.gson.Gson;
import com.google.gson.TypeAdapter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the values of most events without a JsonWriter, which would cost more than their text: strings, numbers,
 * booleans, null, received elements, and lists and maps of them. Confined to its caller.
 */
final class PlainWriter {
    /** A value that nests deeper may contain itself: the JsonWriter refuses it with a reason. */
    private static final int MAX_DEPTH = 32;

    private static final char[] HEXADECIMAL = "0123456789abcdef".toCharArray();

    /** Writes scalars without adapters of the application. */
    private static final Gson PLAIN = new Gson();

    /** Which values the application's Gson writes as they are. Immutable. */
    static final class Kinds {
        private final boolean scalars;
        private final boolean fractions;
        private final boolean nullsForInfinities;
        private final boolean nulls;

        Kinds(Gson gson) {
            this.scalars = Stream.of(Long.class, Integer.class, Boolean.class)
                    .allMatch(type ->
                            Numbers.isPlain(gson.getAdapter(type)) || gson.getAdapter(type) == PLAIN.getAdapter(type));
            TypeAdapter<Double> fraction = gson.getAdapter(Double.class);
            this.nullsForInfinities = Numbers.isPlainFraction(fraction);
            this.fractions = nullsForInfinities || fraction == PLAIN.getAdapter(Double.class);
            this.nulls = gson.serializeNulls();
        }

        /** Whether the value is a whole number or a boolean that is written as it is. */
        boolean isScalar(@Nullable Object value) {
            return scalars && (value instanceof Long || value instanceof Integer || value instanceof Boolean);
        }
    }

    private final Kinds kinds;
    private final StringBuilder json = new StringBuilder(128);
    private boolean surrogates;

    private PlainWriter(Kinds kinds) {
        this.kinds = kinds;
    }

    /** An array of the name, if there is one, and these values; null if there is any other value among them. */
    static @Nullable String write(Kinds kinds, @Nullable String name, List<?> values) {
        PlainWriter writer = new PlainWriter(kinds);
        try {
            return writer.array(name, values) ? writer.text() : null;
        } catch (RuntimeException unreadable) {
            return null; // a collection of the application: the JsonWriter will fail in the same way, and say where
        }
    }

    private String text() {
        String text = json.toString();
        return surrogates ? UnpairedSurrogates.escaped(text) : text;
    }

    private boolean array(@Nullable String name, List<?> values) {
        json.append('[');
        if (name != null) {
            string(name);
        }
        for (Object value : values) {
            if (value instanceof Elements elements && elements.attachments().isEmpty()) {
                for (int i = 0; i < elements.size(); i++) {
                    separate('[');
                    json.append(elements.json(i));
                }
            } else {
                separate('[');
                if (!value(value, 1)) {
                    return false;
                }
            }
        }
        json.append(']');
        return true;
    }

    /** @param depth how many arrays and objects contain the value */
    private boolean value(@Nullable Object value, int depth) {
        if (value == null) {
            json.append("null");
        } else if (value instanceof String text) {
            string(text);
        } else if (kinds.isScalar(value)) {
            scalar(value);
        } else if (value instanceof Double number && kinds.fractions) {
            return fraction(number);
        } else if (value instanceof Map<?, ?> map) {
            return depth < MAX_DEPTH && object(map, depth + 1);
        } else if (value instanceof Collection<?> collection) {
            return depth < MAX_DEPTH && array(collection, depth + 1);
        } else {
            return false;
        }
        return true;
    }

    private boolean fraction(Double number) {
        boolean finite = Double.isFinite(number);
        if (!finite && !kinds.nullsForInfinities) {
            return false; // Gson refuses it
        }
        json.append(finite ? number.toString() : "null");
        return true;
    }

    private void scalar(Object value) {
        if (value instanceof Long number) {
            json.append(number.longValue());
        } else if (value instanceof Integer number) {
            json.append(number.intValue());
        } else {
            json.append(value);
        }
    }

    private boolean array(Collection<?> items, int depth) {
        json.append('[');
        for (Object item : items) {
            separate('[');
            if (!value(item, depth)) {
                return false;
            }
        }
        json.append(']');
        return true;
    }

    private boolean object(Map<?, ?> map, int depth) {
        json.append('{');
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String name)) {
                return false; // the application's Gson may write such keys in its own way
            }
            Object value = entry.getValue();
            if (value != null || kinds.nulls) {
                separate('{');
                string(name);
                json.append(':');
                if (!value(value, depth)) {
                    return false;
                }
            }
        }
        json.append('}');
        return true;
    }

    /** Separates the next item from the one before, unless it is the first behind {@code open}. */
    private void separate(char open) {
        if (json.charAt(json.length() - 1) != open) {
            json.append(',');
        }
    }

    /** Escapes the same characters as Gson, also those that JavaScript before 2019 took for line ends. */
    private void string(String text) {
        json.append('"');
        int copied = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || c == '\u2028' || c == '\u2029') {
                json.append(text, copied, i);
                escape(c);
                copied = i + 1;
            } else if (Character.isSurrogate(c)) {
                surrogates = true;
            }
        }
        json.append(text, copied, text.length()).append('"');
    }

    private void escape(char c) {
        json.append('\\');
        switch (c) {
            case '"', '\\' -> json.append(c);
            case '\b' -> json.append('b');
            case '\f' -> json.append('f');
            case '\n' -> json.append('n');
            case '\r' -> json.append('r');
            case '\t' -> json.append('t');
            default -> {
                json.append('u');
                for (int shift = 12; shift >= 0; shift -= 4) {
                    json.append(HEXADECIMAL[c >> shift & 0xF]);
                }
            }
        }
    }
}
