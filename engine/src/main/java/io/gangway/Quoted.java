package io.gangway;

/** Makes text chosen by a client safe for the log: on one line, without control characters, and shortened. */
final class Quoted {
    private static final int LONGEST = 200;

    private Quoted() {}

    static String of(String text) {
        boolean plain = text.length() <= LONGEST;
        for (int i = 0; i < text.length() && plain; i++) {
            plain = isPlain(text.charAt(i));
        }
        return plain ? text : escaped(text);
    }

    /** The same in quotes that the text cannot end. */
    static String inQuotes(String text) {
        return '"' + of(text.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(LONGEST + 16);
        for (int i = 0; i < Math.min(text.length(), LONGEST); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\t' -> escaped.append("\\t");
                default -> {
                    if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
                        escaped.append(c).append(text.charAt(++i));
                    } else if (isPlain(c)) {
                        escaped.append(c);
                    } else {
                        escaped.append(String.format("\\u%04x", (int) c));
                    }
                }
            }
        }
        return text.length() <= LONGEST
                ? escaped.toString()
                : escaped.append("...").toString();
    }

    /**
     * Whether a terminal shows the character literally: it is no control character, line separator, direction mark or
     * unpaired surrogate.
     */
    private static boolean isPlain(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
