package io.gangway.admin;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.spec.KeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password's hash by PBKDF2 with HMAC-SHA-256, which may stand in a configuration: {@code pbkdf2-sha256$600000$salt$hash},
 * the last two in Base64. One is made by {@code PasswordHash.of("the password").encoded()}, for example in {@code jshell}.
 * Immutable and thread-safe.
 */
public final class PasswordHash {
    private static final String ALGORITHM = "PBKDF2WithHmacSHA256";
    private static final Pattern FORM =
            Pattern.compile("pbkdf2-sha256\\$(\\d{4,8})\\$([\\w+/]{11,88}={0,2})\\$([\\w+/]{43}=)");
    private static final String EXAMPLE = "pbkdf2-sha256$600000$<salt>$<hash>";

    /** What OWASP recommends; some 0.2 s on a server. */
    private static final int ITERATIONS = 600_000;

    private static final int LEAST_ITERATIONS = 100_000;
    private static final int MOST_ITERATIONS = 10_000_000;
    private static final int BITS = 256;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) {
        this.iterations = iterations;
        this.salt = salt;
        this.hash = hash;
    }

    /**
     * {@return the hash of a password, with 600,000 iterations and a random salt}
     *
     * @param password the password, not empty
     */
    public static PasswordHash of(String password) {
        if (password.isEmpty()) {
            throw new IllegalArgumentException("PasswordHash.of(..): the password is empty");
        }
        byte[] salt = new byte[16];
        RANDOM.nextBytes(salt);
        return new PasswordHash(ITERATIONS, salt, derive(password, salt, ITERATIONS));
    }

    /**
     * {@return the hash that {@link #encoded} has written}
     *
     * @param encoded the hash's text
     * @throws IllegalArgumentException if it is not of this form, or has fewer than 100,000 or more than 10,000,000
     *     iterations; the text itself is not in the message
     */
    public static PasswordHash parse(String encoded) {
        Matcher parts = FORM.matcher(encoded);
        if (!parts.matches()) {
            throw new IllegalArgumentException("the password's hash is not of the form " + EXAMPLE + ", but a text of "
                    + encoded.length() + " characters; make one with PasswordHash.of(..).encoded()");
        }
        int iterations = Integer.parseInt(parts.group(1));
        if (iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS) {
            throw new IllegalArgumentException("the password's hash has " + iterations + " iterations, but "
                    + LEAST_ITERATIONS + " to " + MOST_ITERATIONS + " are allowed; make a new one");
        }
        try {
            return new PasswordHash(
                    iterations,
                    Base64.getDecoder().decode(parts.group(2)),
                    Base64.getDecoder().decode(parts.group(3)));
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    "the salt or hash of the password's hash is not Base64; the form is " + EXAMPLE, malformed);
        }
    }

    /**
     * {@return whether this is the hash of the password} Takes as long for a wrong one as for the right one.
     *
     * @param password the password
     */
    public boolean matches(String password) {
        return MessageDigest.isEqual(derive(password, salt, iterations), hash);
    }

    /** {@return the hash as text, for {@link #parse}} */
    public String encoded() {
        Base64.Encoder base64 = Base64.getEncoder();
        return "pbkdf2-sha256$" + iterations + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    private static byte[] derive(String password, byte[] salt, int iterations) {
        KeySpec secret = new PBEKeySpec(password.toCharArray(), salt, iterations, BITS);
        try {
            return SecretKeyFactory.getInstance(ALGORITHM)
                    .generateSecret(secret)
                    .getEncoded();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, impossible);
        }
    }

    /** Shows nothing of the hash. */
    @Override
    public String toString() {
        return "PasswordHash[" + iterations + " iterations]";
    }
}
