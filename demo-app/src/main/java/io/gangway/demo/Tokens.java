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

/** Issues and verifies the JSON Web Tokens that identify users. Thread-safe. */
final class Tokens {
    private static final Duration LIFETIME = Duration.ofHours(1);

    /** How long a connected client has to replace an expired token. */
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

    /** A token for this user, valid for one hour. */
    String issue(String user) {
        return JWT.create()
                .withSubject(user)
                .withExpiresAt(Instant.now().plus(LIFETIME))
                .sign(algorithm);
    }

    /** Keeps clients without a token out of a namespace, and signs in the others. */
    Interceptor guard() {
        return guard;
    }

    /**
     * The user of a token.
     *
     * @throws UnauthorizedException if the token is invalid or expired
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
