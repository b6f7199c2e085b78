package io.gangway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What {@code JSON.parse} takes, by the book and by nobody's leave: RFC 8259. */
final class StrictJson {
    private final String json;
    private int at;

    private StrictJson(String json) {
        this.json = json;
    }

    static void require(String json) {
        StrictJson parser = new StrictJson(json);
        parser.value();
        assertEquals(json.length(), parser.at, "where JSON ends");
    }

    private void value() {
        space();
        char c = json.charAt(at);
        if (c == '[' || c == '{') {
            container(c == '[' ? ']' : '}');
        } else if (c == '"') {
            string();
        } else if (c == 't') {
            literal("true");
        } else if (c == 'f') {
            literal("false");
        } else if (c == 'n') {
            literal("null");
        } else {
            number();
        }
        space();
    }

    private void container(char closing) {
        at++;
        space();
        if (json.charAt(at) == closing) {
            at++;
            return;
        }
        do {
            if (closing == '}') {
                space();
                string();
                space();
                literal(":");
            }
            value();
        } while (json.charAt(at++) == ',');
        assertEquals(closing, json.charAt(at - 1));
    }

    private void string() {
        literal("\"");
        for (char c = json.charAt(at); c != '"'; c = json.charAt(at)) {
            assertTrue(c >= ' ', "control character in a string");
            at++;
            if (c == '\\') {
                char escape = json.charAt(at++);
                assertTrue("\"\\/bfnrtu".indexOf(escape) >= 0, "escape");
                for (int i = 0; escape == 'u' && i < 4; i++) {
                    assertTrue(Character.digit(json.charAt(at++), 16) >= 0, "hexadecimal digit");
                }
            }
        }
        at++;
    }

    private void number() {
        if (json.charAt(at) == '-') {
            at++;
        }
        if (json.charAt(at) == '0') {
            at++;
        } else {
            digits();
        }
        if (json.charAt(at) == '.') {
            at++;
            digits();
        }
        if (json.charAt(at) == 'e' || json.charAt(at) == 'E') {
            at++;
            if (json.charAt(at) == '+' || json.charAt(at) == '-') {
                at++;
            }
            digits();
        }
    }

    private void digits() {
        int first = at;
        while (json.charAt(at) >= '0' && json.charAt(at) <= '9') {
            at++;
        }
        assertTrue(at > first, "digits");
    }

    private void literal(String literal) {
        assertTrue(json.startsWith(literal, at), literal);
        at += literal.length();
    }

    private void space() {
        while (at < json.length() && " \t\r\n".indexOf(json.charAt(at)) >= 0) {
            at++;
        }
    }
}
