package io.gangway.connection;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Identifiers that nobody can guess: 20 characters that stand for 15 bytes of a cryptographic random source.
 *
 * <p>The length is no accident: Node's sharded Redis adapter takes a room for a socket's own by its 20 characters.
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
