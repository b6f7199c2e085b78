package io.gangway.interceptors;

/** Makes text from a client safe for a line of the log. */
final class LogText {
    /** The maximum length shown, in characters. */
    static final int LIMIT = 200;

    private static final String CUT = "...";

    private LogText() {}

    /**
     * The text, escaped so that it cannot end the line or its quotes, or send control sequences to a terminal; at most
     * {@link #LIMIT} long.
     */
    static String of(String text) {
        if (text.length() <= LIMIT && text.chars().allMatch(LogText::isHarmless)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        int cut = 0;
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            shown.append(shown(character));
            if (shown.length() > LIMIT) {
                return shown.substring(0, cut) + CUT;
            }
            if (shown.length() <= LIMIT - CUT.length()) {
                cut = shown.length();
            }
            i += Character.charCount(character);
        }
        return shown.toString();
    }

    private static boolean isHarmless(int character) {
        return character >= ' ' && character <= '~' && character != '"' && character != '\\';
    }

    private static String shown(int character) {
        if (character == '"' || character == '\\') {
            return "\\" + (char) character;
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> escaped(character);
            default -> Character.toString(character);
        };
    }

    private static String escaped(int character) {
        return character <= 0xffff ? String.format("\\u%04x", character) : String.format("\\u{%x}", character);
    }
}
