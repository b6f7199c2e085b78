package io.gangway.auth;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.interfaces.Claim;
import com.auth0.jwt.interfaces.DecodedJWT;
import io.gangway.UnauthorizedException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies a token: that one of the configured keys signed it, and that it meets the rules. Thread-safe; takes a few
 * hundred microseconds, and may block if keys are fetched over the network.
 *
 * <p>The library decodes tokens and checks signatures. The claims are checked here, because the library accepts a token
 * without {@code exp}, with an unknown {@code crit}, with a repeated claim or with text behind the claims, and its
 * messages quote the payload.
 */
final class TokenVerifier {
    static final String MISSING = "Missing authentication token";
    static final String INVALID = "Invalid token";
    static final String EXPIRED = "Token expired";

    private static final Logger log = LoggerFactory.getLogger(TokenVerifier.class);

    /** RFC 7515, section 7.1: three parts in base64url, without padding. */
    private static final Pattern COMPACT = Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");

    private final JWT jwt = new JWT();
    private final Keys keys;
    private final TokenRules rules;
    private final AlarmClock clock;

    TokenVerifier(Keys keys, TokenRules rules, AlarmClock clock) {
        this.keys = keys;
        this.rules = rules;
        this.clock = clock;
    }

    /**
     * Verifies and decodes a token.
     *
     * @param bearer the token's bearer, for the log
     * @throws UnauthorizedException if the token is invalid or expired
     */
    DecodedJWT verify(String token, Object bearer) {
        DecodedJWT verified;
        try {
            verified = signed(token);
            requireClaims(verified);
        } catch (Refusal refusal) {
            throw invalid(bearer, String.valueOf(refusal.getMessage()));
        } catch (RuntimeException | StackOverflowError malformed) {
            throw invalid(bearer, malformed.getClass().getSimpleName()); // the message quotes the token
        }
        requireUnexpired(verified, bearer);
        return verified;
    }

    /** Throws an {@link UnauthorizedException} if a verified token has expired since. */
    void requireUnexpired(DecodedJWT verified, Object bearer) {
        if (!clock.now().isBefore(end(verified))) {
            log.debug("refused the token of {}: it has expired", bearer);
            throw new UnauthorizedException(EXPIRED);
        }
    }

    /** The time from which a verified token is no longer accepted. */
    Instant end(DecodedJWT verified) {
        return verified.getExpiresAtAsInstant().plus(rules.leeway());
    }

    private DecodedJWT signed(String token) throws Refusal {
        if (token.length() > rules.maxLength()) {
            throw new Refusal("it is longer than " + rules.maxLength() + " characters");
        }
        if (!COMPACT.matcher(token).matches()) {
            throw new Refusal("it is not three parts in base64url");
        }
        DecodedJWT decoded = jwt.decodeJwt(token);
        // RFC 7515, section 4.1.11: a critical header that is not understood must be refused, and none is understood
        // here.
        if (!decoded.getHeaderClaim("crit").isMissing()) {
            throw new Refusal("it has a critical header (crit), and none is supported");
        }
        if (RepeatedNames.in(json(decoded.getHeader()))) {
            throw new Refusal("it repeats a header");
        }
        Algorithm algorithm = keys.algorithm(decoded.getKeyId());
        if (!algorithm.getName().equals(decoded.getAlgorithm())) {
            throw new Refusal("it is not signed with " + algorithm.getName());
        }
        algorithm.verify(decoded);
        return decoded;
    }

    private void requireClaims(DecodedJWT token) throws Refusal {
        // RFC 7519, section 4: claim names must be unique.
        if (RepeatedNames.in(json(token.getPayload()))) {
            throw new Refusal("it repeats a claim");
        }
        if (token.getExpiresAtAsInstant() == null) {
            throw new Refusal("it has no exp");
        }
        Instant latest = clock.now().plus(rules.leeway());
        requireReached(token.getNotBeforeAsInstant(), latest, "nbf");
        requireReached(token.getIssuedAtAsInstant(), latest, "iat");
        if (!rules.issuers().isEmpty() && !isOneOf(token.getClaim("iss"), rules.issuers())) {
            throw new Refusal("its iss is not one of " + rules.issuers());
        }
        if (!rules.audiences().isEmpty() && !isForOneOf(token.getClaim("aud"), rules.audiences())) {
            throw new Refusal("its aud is not one of " + rules.audiences());
        }
        for (String name : rules.required()) {
            Claim claim = token.getClaim(name);
            if (claim.isMissing() || claim.isNull()) {
                throw new Refusal("it has no " + name);
            }
        }
        end(token); // throws if the time is too large to compute
    }

    private static void requireReached(@Nullable Instant time, Instant latest, String claim) throws Refusal {
        if (time != null && time.isAfter(latest)) {
            throw new Refusal("its " + claim + " is in the future");
        }
    }

    private static boolean isOneOf(Claim claim, List<String> values) {
        String value = claim.asString();
        return value != null && values.contains(value);
    }

    /** Not the library's {@code getAudience}, which turns numbers into text. */
    private static boolean isForOneOf(Claim audience, List<String> values) {
        List<Object> several = audience.asList(Object.class);
        return several == null ? isOneOf(audience, values) : several.stream().anyMatch(values::contains);
    }

    private static String json(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }

    private static UnauthorizedException invalid(Object bearer, String reason) {
        log.debug("refused the token of {}: {}", bearer, reason);
        return new UnauthorizedException(INVALID);
    }
}
