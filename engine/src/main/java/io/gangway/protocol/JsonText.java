package io.gangway.protocol;

/** What Gson's reader leaves open about JSON text that it accepts: how strict it is, and where its elements stand. */
final class JsonText {
    private static final String ESCAPES = "\"\\/bfnrtu";

    private JsonText() {}

    /**
     * Refuses what LEGACY_STRICT lets pass and {@code JSON.parse} does not: mixed-case literals, bare control characters and
     * JavaScript's further escapes. Relayed as they came, they would end the connections of all who receive them.
     *
     * @param json what the reader has accepted
     */
    static void requireStrict(String json) throws MalformedPacketException {
        for (int i = 0; i < json.length(); i++) {
            switch (json.charAt(i)) {
                case '"' -> i = endOfStrictString(json, i);
                case 't' -> i = endOfLiteral(json, i, "true");
                case 'f' -> i = endOfLiteral(json, i, "false");
                case 'n' -> i = endOfLiteral(json, i, "null");
                case 'T', 'F', 'N' -> throw new MalformedPacketException("invalid JSON");
                default -> {
                    // Numbers, brackets and space, which the reader has seen to.
                }
            }
        }
    }

    private static int endOfLiteral(String json, int begin, String literal) throws MalformedPacketException {
        if (!json.startsWith(literal, begin)) {
            throw new MalformedPacketException("invalid JSON");
        }
        return begin + literal.length() - 1;
    }

    private static int endOfStrictString(String json, int quote) throws MalformedPacketException {
        int i = quote + 1;
        for (char c = json.charAt(i); c != '"'; c = json.charAt(i)) {
            if (c < ' ' || (c == '\\' && ESCAPES.indexOf(json.charAt(i + 1)) < 0)) {
                throw new MalformedPacketException("invalid JSON");
            }
            i += c == '\\' ? 2 : 1;
        }
        return i;
    }

    /** Where each of the {@code count} elements of an array of valid JSON begins and ends. */
    static int[] bounds(String json, int count) {
        int[] bounds = new int[2 * count];
        int depth = 0;
        int begin = -1;
        int end = 0;
        int element = 0;
        for (int i = 0; i < json.length() && element < count; i++) {
            char c = json.charAt(i);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                continue;
            }
            if (depth == 1 && (c == ',' || c == ']')) {
                bounds[2 * element] = begin;
                bounds[2 * element + 1] = end;
                element++;
                begin = -1;
                continue;
            }
            if (depth == 1 && begin < 0) {
                begin = i;
            }
            if (c == '"') {
                i = endOfString(json, i);
            } else if (c == '[' || c == '{') {
                depth++;
            } else if (c == ']' || c == '}') {
                depth--;
            }
            end = i + 1;
        }
        return bounds;
    }

    /** The index of the quote that ends the string whose opening quote is at {@code quote}. */
    private static int endOfString(String json, int quote) {
        int i = quote + 1;
        while (json.charAt(i) != '"') {
            i += json.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }
}
