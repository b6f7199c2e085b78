package io.gangway.auth;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.interfaces.Claim;
import com.auth0.jwt.interfaces.DecodedJWT;
import io.gangway.UnauthorizedException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure of a token: that one of our keys signed it, and that it keeps the rules. Thread-safe; costs some hundred
 * microseconds, and may block where keys come from afar.
 *
 * <p>The library decodes and checks signatures. The claims are checked here: it takes a token without {@code exp}, with an
 * unknown {@code crit} or with a claim twice, and its messages quote the payload.
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

    TokenVerifier(Keys keys, TokenRules rules) {
        this.keys = keys;
        this.rules = rules;
    }

    /**
     * The token, decoded.
     *
     * @param bearer whose it is, for the log
     * @throws UnauthorizedException if it is not to be trusted, or not any more
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

    /** Throws an {@link UnauthorizedException} if a token that was verified has expired since. */
    void requireUnexpired(DecodedJWT verified, Object bearer) {
        if (!Instant.now().isBefore(end(verified))) {
            log.debug("{}: its token has expired", bearer);
            throw new UnauthorizedException(EXPIRED);
        }
    }

    /** From when on a verified token is not accepted. */
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
        // RFC 7515, section 4.1.11: who does not understand a critical header must refuse it; there is none we
        // understand.
        if (!decoded.getHeaderClaim("crit").isMissing()) {
            throw new Refusal("it has critical headers");
        }
        if (RepeatedNames.in(json(decoded.getHeader()))) {
            throw new Refusal("it has a header twice");
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
            throw new Refusal("it has a claim twice");
        }
        if (token.getExpiresAtAsInstant() == null) {
            throw new Refusal("it has no exp");
        }
        Instant latest = Instant.now().plus(rules.leeway());
        requireReached(token.getNotBeforeAsInstant(), latest, "nbf");
        requireReached(token.getIssuedAtAsInstant(), latest, "iat");
        if (!rules.issuers().isEmpty() && !isOneOf(token.getClaim("iss"), rules.issuers())) {
            throw new Refusal("its iss is not one of " + rules.issuers());
        }
        if (!rules.audiences().isEmpty()
                && (token.getAudience() == null || Collections.disjoint(token.getAudience(), rules.audiences()))) {
            throw new Refusal("its aud is none of " + rules.audiences());
        }
        for (String name : rules.required()) {
            Claim claim = token.getClaim(name);
            if (claim.isMissing() || claim.isNull()) {
                throw new Refusal("it has no " + name);
            }
        }
        end(token); // one that is past the end of time throws here
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

    private static String json(String part) {
        return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
    }

    private static UnauthorizedException invalid(Object bearer, String reason) {
        log.debug("{}: its token is refused: {}", bearer, reason);
        return new UnauthorizedException(INVALID);
    }
}
