package io.gangway.auth;

import java.util.HashSet;
import java.util.Set;

/** Finds in a JSON object what parsers silently accept: two members with the same name, and text behind the object. */
final class RepeatedNames {
    private RepeatedNames() {}

    /**
     * Whether two members have the same name; names are compared after unescaping.
     *
     * @param json begins with an object, known to be valid JSON
     * @throws Refusal if anything but white space follows the object
     */
    static boolean in(String json) throws Refusal {
        Set<String> names = new HashSet<>();
        int depth = 0;
        int i = 0;
        while (i < json.length()) {
            char c = json.charAt(i);
            if (c == '"') {
                int end = endOfString(json, i);
                if (depth == 1 && isName(json, end) && !names.add(unescaped(json, i + 1, end - 1))) {
                    return true;
                }
                i = end;
                continue;
            }
            if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
                if (depth == 0) {
                    requireNothingFrom(i + 1, json);
                }
            }
            i++;
        }
        return false;
    }

    private static void requireNothingFrom(int start, String json) throws Refusal {
        for (int i = start; i < json.length(); i++) {
            if (" \t\n\r".indexOf(json.charAt(i)) < 0) {
                throw new Refusal("text follows the object of its headers or claims");
            }
        }
    }

    /** The index after the closing quote of the string that begins at {@code start}. */
    private static int endOfString(String json, int start) {
        int i = start + 1;
        while (json.charAt(i) != '"') {
            i += json.charAt(i) == '\\' ? 2 : 1;
        }
        return i + 1;
    }

    private static boolean isName(String json, int end) {
        int i = end;
        while (i < json.length() && json.charAt(i) <= ' ') {
            i++;
        }
        return i < json.length() && json.charAt(i) == ':';
    }

    private static String unescaped(String json, int start, int end) {
        if (json.indexOf('\\', start) < 0) {
            return json.substring(start, end);
        }
        StringBuilder text = new StringBuilder(end - start);
        int i = start;
        while (i < end) {
            char c = json.charAt(i++);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char escaped = json.charAt(i++);
            switch (escaped) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) Integer.parseInt(json, i, i + 4, 16));
                    i += 4;
                }
                default -> text.append(escaped);
            }
        }
        return text.toString();
    }
}
