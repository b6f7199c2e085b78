package io.gangway.jetty;

/** Makes text from a client's HTTP request safe for the log: visible ASCII only, and shortened. */
final class ClientText {
    private static final int LONGEST = 200;

    private ClientText() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), LONGEST) + 3);
        text.chars().limit(LONGEST).forEach(c -> shown.append(c > ' ' && c < 0x7f ? (char) c : '?'));
        return text.length() <= LONGEST ? shown.toString() : shown.append("...").toString();
    }
}
