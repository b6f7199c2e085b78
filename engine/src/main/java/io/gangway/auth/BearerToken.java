package io.gangway.auth;

import io.gangway.Arguments;
import io.gangway.Handshake;
import io.gangway.UnauthorizedException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the token that a client presents, unverified: in {@code auth.token}, else in the header
 * {@code Authorization: Bearer}. Never in the query string, which ends up in logs and histories.
 */
public final class BearerToken {
    private static final String NAME = "token";
    private static final String SCHEME = "bearer ";

    private BearerToken() {}

    /**
     * Finds the token in a handshake; for interceptors that verify it in their own way.
     *
     * @param handshake what the client has sent
     * @return the token
     * @throws UnauthorizedException if the token is missing or is not a string
     */
    public static String of(Handshake handshake) {
        String token = text(handshake.auth().get(NAME));
        if (token == null) {
            token = handshake
                    .header("authorization")
                    .map(BearerToken::credentials)
                    .orElse(null);
        }
        return present(token);
    }

    /**
     * The token in the first argument: either the token itself or {@code {token}}.
     *
     * @throws UnauthorizedException if the token is missing or is not a string
     */
    static String of(Arguments arguments) {
        Object first = arguments.size() == 0 ? null : arguments.values().get(0);
        return present(text(first instanceof Map<?, ?> object ? object.get(NAME) : first));
    }

    private static String present(@Nullable String token) {
        if (token == null) {
            throw new UnauthorizedException(TokenVerifier.MISSING);
        }
        return token;
    }

    private static @Nullable String text(@Nullable Object value) {
        if (value != null && !(value instanceof String)) {
            throw new UnauthorizedException(TokenVerifier.INVALID);
        }
        return value == null || value.equals("") ? null : (String) value;
    }

    /** RFC 6750, section 2.1; the scheme in any case. Two headers, joined by a comma, never form a valid token. */
    private static @Nullable String credentials(String header) {
        boolean bearer = header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return bearer ? text(header.substring(SCHEME.length()).strip()) : null;
    }
}
