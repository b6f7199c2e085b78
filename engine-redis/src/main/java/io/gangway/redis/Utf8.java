package io.gangway.redis;

import java.nio.charset.StandardCharsets;

/** Text as UTF-8, whatever it holds: half of a surrogate pair, which UTF-8 cannot express, becomes U+FFFD. */
final class Utf8 {
    private Utf8() {}

    static byte[] bytes(String text) {
        return wellFormed(text).getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return repaired(text);
            }
        }
        return text;
    }

    private static String repaired(String text) {
        StringBuilder repaired = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            boolean half = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
            repaired.appendCodePoint(half ? 0xFFFD : point);
        });
        return repaired.toString();
    }
}
