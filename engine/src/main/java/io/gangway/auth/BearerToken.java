package io.gangway.auth;

import io.gangway.Arguments;
import io.gangway.Handshake;
import io.gangway.UnauthorizedException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The token that a client presents, not verified yet: in {@code auth.token}, else in the header {@code Authorization: Bearer}.
 * Never in a query string, which stands in logs and histories.
 */
final class BearerToken {
    private static final String NAME = "token";
    private static final String SCHEME = "bearer ";

    private BearerToken() {}

    /** @throws UnauthorizedException if there is none, or something that is no token */
    static String of(Handshake handshake) {
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
     * The first argument, either the token or {@code {token}}.
     *
     * @throws UnauthorizedException if there is none, or something that is no token
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

    /** RFC 6750, section 2.1; the scheme in whatever case. Two headers, joined, make no token: a comma cannot be in one. */
    private static @Nullable String credentials(String header) {
        boolean bearer = header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return bearer ? text(header.substring(SCHEME.length()).strip()) : null;
    }
}
