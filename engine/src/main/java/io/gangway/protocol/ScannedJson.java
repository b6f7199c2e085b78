package io.gangway.protocol;

/** A place in JSON that {@link StrictScan} has accepted, for those who read on from there. Confined to its thread. */
abstract class ScannedJson {
    final String json;
    int at;

    ScannedJson(String json, int at) {
        this.json = json;
        this.at = at;
    }

    /** Passes spaces; the next character that is none. */
    final char current() {
        char c = json.charAt(at);
        while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            c = json.charAt(++at);
        }
        return c;
    }

    /** Passes the rest of an escape, behind its backslash; the character that it stands for. */
    final char escaped() {
        char c = json.charAt(at++);
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                at += 4;
                yield (char) Integer.parseInt(json, at - 4, at, 16);
            }
            default -> c;
        };
    }
}
