package io.gangway.demo;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** The secret that signs tokens with HS256. Never appears in logs or messages. */
record JwtSecret(String value) {
    /** RFC 7518, section 3.2: the key must be at least as long as the hash. */
    private static final int MIN_BYTES = 32;

    /** @throws IllegalArgumentException if the secret has fewer than 32 bytes in UTF-8 */
    JwtSecret {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length < MIN_BYTES) {
            throw new IllegalArgumentException("JWT_SECRET has " + length + (length == 1 ? " byte" : " bytes")
                    + ", but HS256 needs at least " + MIN_BYTES
                    + "; make one with \"openssl rand -base64 32\", or leave it unset for a random one");
        }
    }

    /** A random secret, which nobody knows. */
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
