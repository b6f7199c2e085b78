package io.gangway.auth;

import java.time.Duration;
import java.util.List;

/**
 * The rules that a signed token must meet.
 *
 * @param issuers the accepted issuers; empty accepts any
 * @param audiences the accepted audiences; empty accepts any
 * @param leeway how far the issuer's clock may differ
 * @param required the claims a token must have
 * @param maxLength the maximum number of characters of a token
 */
record TokenRules(List<String> issuers, List<String> audiences, Duration leeway, List<String> required, int maxLength) {
    /** Limited, so that adding it to a token's time cannot overflow. */
    static final Duration LONGEST = Duration.ofDays(365);

    static final TokenRules DEFAULT = new TokenRules(List.of(), List.of(), Duration.ZERO, List.of(), 8 * 1024);

    TokenRules {
        issuers = List.copyOf(issuers);
        audiences = List.copyOf(audiences);
        required = List.copyOf(required);
        if (leeway.isNegative()) {
            throw new IllegalArgumentException("the leeway must not be negative, but is " + leeway);
        }
        if (leeway.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("the leeway must be at most 365 days, but is " + leeway);
        }
        if (maxLength < 1) {
            throw new IllegalArgumentException("the maximum token length must be at least 1, but is " + maxLength);
        }
    }

    TokenRules withIssuers(List<String> those) {
        return new TokenRules(those, audiences, leeway, required, maxLength);
    }

    TokenRules withAudiences(List<String> those) {
        return new TokenRules(issuers, those, leeway, required, maxLength);
    }

    TokenRules withLeeway(Duration that) {
        return new TokenRules(issuers, audiences, that, required, maxLength);
    }

    TokenRules withRequired(List<String> those) {
        return new TokenRules(issuers, audiences, leeway, those, maxLength);
    }

    TokenRules withMaxLength(int that) {
        return new TokenRules(issuers, audiences, leeway, required, that);
    }
}
