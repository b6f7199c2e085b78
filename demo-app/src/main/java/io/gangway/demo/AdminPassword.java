package io.gangway.demo;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The password of the Admin UI's user, {@code admin}. Never appears in logs or messages. */
record AdminPassword(String value) {
    private static final String USER = "admin";
    private static final int MIN_CHARACTERS = 8;

    /** @throws IllegalArgumentException if the password has fewer than 8 characters */
    AdminPassword {
        if (value.length() < MIN_CHARACTERS) {
            throw new IllegalArgumentException(
                    "ADMIN_PASSWORD has " + value.length() + " characters, but needs at least " + MIN_CHARACTERS
                            + "; leave it unset for a demo without the Admin UI");
        }
    }

    /** Whether the administrator typed this; the time does not tell how much of it was right. */
    boolean accepts(String user, String password) {
        return user.equals(USER)
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8), password.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "AdminPassword[..]";
    }
}
