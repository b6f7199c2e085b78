package io.gangway.ids;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Makes identifiers that cannot be guessed: 20 characters that encode 15 bytes from a cryptographic random source.
 *
 * <p>The length matters: Node's sharded Redis adapter treats a room with a name of 20 characters as a socket's own.
 */
public final class RandomId {
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomId() {}

    public static String next() {
        byte[] bytes = new byte[15];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }
}
