package io.gangway.redis.wire;

/** Finds where the values of a JSON text begin and end, by their quotes and brackets alone. */
final class JsonScan {
    private JsonScan() {}

    /** Whether the text is exactly one value, as far as brackets and quotes tell. */
    static boolean isOneValue(String text) {
        try {
            int start = skipSpace(text, 0, text.length());
            int end = endOfValue(text, start, text.length());
            return skipSpace(text, end, text.length()) == text.length();
        } catch (MalformedMessageException notOne) {
            return false;
        }
    }

    static int skipSpace(String text, int from, int end) {
        int at = from;
        while (at < end && isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(char character) {
        return character == ' ' || character == '\n' || character == '\r' || character == '\t';
    }

    static int endOfValue(String text, int start, int end) throws MalformedMessageException {
        if (start >= end) {
            throw new MalformedMessageException("the JSON text ends where a value is expected");
        }
        return switch (text.charAt(start)) {
            case '"' -> endOfString(text, start, end);
            case '{', '[' -> endOfBrackets(text, start, end);
            default -> endOfLiteral(text, start, end);
        };
    }

    static int endOfString(String text, int start, int end) throws MalformedMessageException {
        if (start < end && text.charAt(start) == '"') {
            for (int at = start + 1; at < end; at++) {
                char character = text.charAt(at);
                if (character == '"') {
                    return at + 1;
                }
                if (character == '\\') {
                    at++;
                }
            }
        }
        throw new MalformedMessageException("a string of the JSON text has no opening or closing quote");
    }

    private static int endOfBrackets(String text, int start, int end) throws MalformedMessageException {
        int open = 0;
        int at = start;
        while (at < end) {
            char character = text.charAt(at);
            if (character == '"') {
                at = endOfString(text, at, end);
                continue;
            }
            at++;
            if (character == '{' || character == '[') {
                open++;
            } else if (character == '}' || character == ']') {
                open--;
                if (open == 0) {
                    return at;
                }
            }
        }
        throw new MalformedMessageException("a bracket of the JSON text is not closed");
    }

    private static int endOfLiteral(String text, int start, int end) throws MalformedMessageException {
        int at = start;
        while (at < end && "{}[],:\" \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        if (at == start) {
            throw new MalformedMessageException("a value of the JSON text is missing");
        }
        return at;
    }
}
