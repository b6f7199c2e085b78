package io.gangway.protocol;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Decides which of a client's values may appear in an error: short ones, and none with a name like that of a secret.
 */
public final class Shown {
    /** Parts of names, in any context. */
    private static final List<String> SECRET = List.of(
            "password",
            "passwd",
            "passphrase",
            "passwort",
            "secret",
            "token",
            "credential",
            "authorization",
            "bearer",
            "cookie",
            "apikey",
            "accesskey",
            "privatekey",
            "signature",
            "cardnumber",
            "creditcard",
            "securitycode");

    /** Whole words of names, because as parts they occur in too many others, such as author and spinning. */
    private static final Set<String> SECRET_WORDS = Set.of(
            "auth", "jwt", "otp", "pin", "pwd", "pass", "cvv", "cvc", "ssn", "iban", "session", "sid", "salt", "hash",
            "mfa", "totp", "pan");

    private static final Pattern BETWEEN_WORDS =
            Pattern.compile("[^\\p{L}\\p{N}]+|(?<=[\\p{Ll}\\p{N}])(?=\\p{Lu})|(?<=\\p{Lu})(?=\\p{Lu}\\p{Ll})");

    private static final Pattern NO_LETTER = Pattern.compile("[^\\p{L}\\p{N}]+");

    private Shown() {}

    /** Whether a value with this name may be a secret. */
    public static boolean isSecret(String name) {
        String letters = NO_LETTER.matcher(name).replaceAll("").toLowerCase(Locale.ROOT);
        return SECRET.stream().anyMatch(letters::contains)
                || BETWEEN_WORDS
                        .splitAsStream(name)
                        .anyMatch(word -> SECRET_WORDS.contains(word.toLowerCase(Locale.ROOT)));
    }

    /** A client's text in quotes: on one line, without control characters, and shortened. */
    static String quoted(String text, int longest) {
        StringBuilder quoted = new StringBuilder(Math.min(text.length(), longest) + 8).append('"');
        text.codePoints().limit(longest).forEach(c -> append(quoted, c));
        return quoted.append(text.codePointCount(0, text.length()) > longest ? ".." : "")
                .append('"')
                .toString();
    }

    private static void append(StringBuilder quoted, int c) {
        switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> quoted.append(String.format("\\u%04x", c));
            default -> {
                if (c == '"' || c == '\\') {
                    quoted.append('\\');
                }
                quoted.appendCodePoint(c);
            }
        }
    }
}
