package io.gangway.redis.wire;

import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/** Strings as UTF-8. Half of a surrogate pair, which UTF-8 cannot express, becomes U+FFFD or, in JSON, an escape. */
public final class Utf8 {
    private Utf8() {}

    public static byte[] bytes(String text) {
        return wellFormed(text, half -> "\ufffd").getBytes(StandardCharsets.UTF_8);
    }

    /**
     * JSON text in which each half of a surrogate pair is escaped, as JSON.stringify does; nearly always the same text.
     */
    static String escaped(String json) {
        return wellFormed(json, half -> "\\u" + Integer.toHexString(half));
    }

    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String wellFormed(String text, IntFunction<String> replacement) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return repaired(text, replacement);
            }
        }
        return text;
    }

    private static String repaired(String text, IntFunction<String> replacement) {
        StringBuilder repaired = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            boolean half = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
            if (half) {
                repaired.append(replacement.apply(point));
            } else {
                repaired.appendCodePoint(point);
            }
        });
        return repaired.toString();
    }
}
