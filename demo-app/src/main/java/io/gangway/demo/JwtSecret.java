package io.gangway.demo;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** The secret that tokens are signed with, by HS256. It never shows in a text. */
record JwtSecret(String value) {
    /** RFC 7518, section 3.2: a key of the hash's size or larger must be used. */
    private static final int MIN_BYTES = 32;

    /** @throws IllegalArgumentException if it has less than 32 bytes in UTF-8 */
    JwtSecret {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length < MIN_BYTES) {
            throw new IllegalArgumentException("JWT_SECRET has " + length + (length == 1 ? " byte" : " bytes")
                    + ", but HS256 needs at least " + MIN_BYTES
                    + "; make one with \"openssl rand -base64 32\", or leave it unset for a random one");
        }
    }

    /** One that nobody knows. */
    static JwtSecret random() {
        byte[] secret = new byte[MIN_BYTES];
        new SecureRandom().nextBytes(secret);
        return new JwtSecret(Base64.getEncoder().encodeToString(secret));
    }

    @Override
    public String toString() {
        return "JwtSecret[hidden]";
    }
}
