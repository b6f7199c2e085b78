package io.gangway.demo;

import java.util.regex.Pattern;

/** What a user may be called. */
final class UserName {
    /** The rule, for error messages. */
    static final String RULE = "must be 1 to 40 letters and digits, with spaces, dots, hyphens, underscores "
            + "and apostrophes only between them";

    private static final Pattern PATTERN =
            Pattern.compile("[\\p{L}\\p{N}](?:[\\p{L}\\p{M}\\p{N} ._'-]{0,38}[\\p{L}\\p{M}\\p{N}])?");

    private UserName() {}

    static boolean isValid(String name) {
        return PATTERN.matcher(name).matches();
    }
}
