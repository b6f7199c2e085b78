package io.gangway.protocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads plain values from JSON that {@link StrictScan} has accepted, and that has no attachments. The result is that of
 * {@link AttachmentReader#nextPlain}, without a reader's buffers. Confined to its caller.
 */
final class ScannedValues extends ScannedJson {
    /** So many digits always fit 64 bits. */
    private static final int FEW_DIGITS = 18;

    private ScannedValues(String json, int at) {
        super(json, at);
    }

    /** The value that begins at this place. */
    static @Nullable Object read(String json, int begin) {
        return new ScannedValues(json, begin).value();
    }

    /** The values with these bounds, as {@link StrictScan#elements} returns them; unmodifiable. */
    static List<@Nullable Object> read(String json, int[] bounds) {
        List<@Nullable Object> values = new ArrayList<>(bounds.length / 2);
        ScannedValues reader = new ScannedValues(json, 0);
        for (int i = 0; i < bounds.length; i += 2) {
            reader.at = bounds[i];
            values.add(reader.value());
        }
        return Collections.unmodifiableList(values);
    }

    private @Nullable Object value() {
        return switch (current()) {
            case '"' -> string();
            case '{' -> object();
            case '[' -> array();
            case 't' -> {
                at += "true".length();
                yield true;
            }
            case 'f' -> {
                at += "false".length();
                yield false;
            }
            case 'n' -> {
                at += "null".length();
                yield null;
            }
            default -> number();
        };
    }

    private List<@Nullable Object> array() {
        List<@Nullable Object> list = new ArrayList<>();
        while (hasNext(']')) {
            list.add(value());
        }
        return list;
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        while (hasNext('}')) {
            String name = string();
            current();
            at++; // the colon
            map.put(name, value()); // if a name is repeated, the last value counts, as in JavaScript
        }
        return map;
    }

    /** Passes the opening bracket, or the comma before the next item; false if it has passed the end instead. */
    private boolean hasNext(char end) {
        boolean more = current() != end;
        if (more) {
            at++; // the bracket or the comma
            more = current() != end; // there is no comma before the end: so the array or object is empty
        }
        if (!more) {
            at++;
        }
        return more;
    }

    private String string() {
        int begin = at + 1;
        int end = begin;
        char c = json.charAt(end);
        while (c != '"' && c != '\\') {
            c = json.charAt(++end);
        }
        if (c == '\\') {
            return escapedString(begin, end);
        }
        at = end + 1;
        return json.substring(begin, end);
    }

    private String escapedString(int begin, int escape) {
        StringBuilder text = new StringBuilder(escape - begin + 16).append(json, begin, escape);
        at = escape;
        for (char c = json.charAt(at++); c != '"'; c = json.charAt(at++)) {
            text.append(c == '\\' ? escaped() : c);
        }
        return text.toString();
    }

    private Number number() {
        int begin = at;
        boolean whole = true;
        while (at < json.length() && isNumeric(json.charAt(at))) {
            whole &= isDigit(json.charAt(at)) || (at == begin && json.charAt(at) == '-');
            at++;
        }
        if (whole && at - begin <= FEW_DIGITS && !json.startsWith("-0", begin)) {
            return Long.parseLong(json, begin, at, 10);
        }
        return AttachmentReader.number(json.substring(begin, at));
    }

    private static boolean isNumeric(char c) {
        return isDigit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
