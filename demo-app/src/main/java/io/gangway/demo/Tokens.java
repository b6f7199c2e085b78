package io.gangway.demo;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.exceptions.TokenExpiredException;
import com.auth0.jwt.interfaces.JWTVerifier;
import io.gangway.Interceptor;
import io.gangway.UnauthorizedException;
import io.gangway.auth.JwtInterceptor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** Issues and checks the JSON Web Tokens that say who somebody is. Thread-safe. */
final class Tokens {
    private static final Duration LIFETIME = Duration.ofHours(1);

    /** How long a client has to renew its token in mid-connection. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Algorithm algorithm;
    private final JWTVerifier verifier;
    private final Interceptor guard;

    Tokens(JwtSecret secret) {
        byte[] key = secret.value().getBytes(StandardCharsets.UTF_8);
        algorithm = Algorithm.HMAC256(key);
        verifier = JWT.require(algorithm)
                .withClaimPresence("sub")
                .withClaimPresence("exp")
                .build();
        guard = JwtInterceptor.hmac256(key).require("sub").watchExpiry(GRACE);
    }

    /** A token that says that its bearer is this user, good for an hour. */
    String issue(String user) {
        return JWT.create()
                .withSubject(user)
                .withExpiresAt(Instant.now().plus(LIFETIME))
                .sign(algorithm);
    }

    /** Lets nobody into a namespace without a token, and signs its sockets in. */
    Interceptor guard() {
        return guard;
    }

    /**
     * Whose token it is.
     *
     * @throws UnauthorizedException if it is not one of ours, or not any more
     */
    String user(String token) {
        try {
            return verifier.verify(token).getSubject();
        } catch (TokenExpiredException late) {
            throw new UnauthorizedException("Token expired");
        } catch (JWTVerificationException untrusted) {
            throw new UnauthorizedException("Invalid token");
        }
    }
}
