package io.gangway.jetty;

/** Text of HTTP's that a client made up, as it may stand in a log: visible ASCII, and not too long. */
final class ClientText {
    private static final int LONGEST = 200;

    private ClientText() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), LONGEST) + 3);
        text.chars().limit(LONGEST).forEach(c -> shown.append(c > ' ' && c < 0x7f ? (char) c : '?'));
        return text.length() <= LONGEST ? shown.toString() : shown.append("...").toString();
    }
}
