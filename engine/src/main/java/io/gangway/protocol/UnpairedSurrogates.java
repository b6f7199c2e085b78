package io.gangway.protocol;

/** Escapes unpaired surrogates, which strings in Java and JavaScript may contain but UTF-8 cannot express. */
final class UnpairedSurrogates {
    private UnpairedSurrogates() {}

    /** The JSON with each unpaired surrogate escaped, as JSON.stringify does since ES2019; usually the same text. */
    static String escaped(String json) {
        for (int i = 0; i < json.length(); i++) {
            if (Character.isSurrogate(json.charAt(i))) {
                return escaped(json, i);
            }
        }
        return json;
    }

    /** In JSON they occur only in strings, never after a backslash. */
    private static String escaped(String json, int first) {
        StringBuilder sound = new StringBuilder(json.length() + 16).append(json, 0, first);
        for (int i = first; i < json.length(); i++) {
            char c = json.charAt(i);
            if (!Character.isSurrogate(c)) {
                sound.append(c);
            } else if (Character.isSurrogatePair(c, i + 1 < json.length() ? json.charAt(i + 1) : '\0')) {
                sound.append(c).append(json.charAt(++i));
            } else {
                sound.append("\\u").append(Integer.toHexString(c));
            }
        }
        return sound.toString();
    }
}
