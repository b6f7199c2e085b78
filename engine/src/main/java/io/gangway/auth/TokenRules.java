package io.gangway.auth;

import java.time.Duration;
import java.util.List;

/**
 * What a token has to say, besides being signed.
 *
 * @param issuers one of these must have issued it; empty for anyone
 * @param audiences it must be meant for one of these; empty for whomever
 * @param leeway how much the clocks may differ
 * @param required claims that it must have
 * @param maxLength how many characters it may have
 */
record TokenRules(List<String> issuers, List<String> audiences, Duration leeway, List<String> required, int maxLength) {
    /** Times of tokens are added to it. */
    static final Duration LONGEST = Duration.ofDays(365);

    static final TokenRules DEFAULT = new TokenRules(List.of(), List.of(), Duration.ZERO, List.of(), 8 * 1024);

    TokenRules {
        issuers = List.copyOf(issuers);
        audiences = List.copyOf(audiences);
        required = List.copyOf(required);
        if (leeway.isNegative()) {
            throw new IllegalArgumentException("a leeway cannot be negative, got " + leeway);
        }
        if (leeway.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a leeway is a year at most, got " + leeway);
        }
        if (maxLength < 1) {
            throw new IllegalArgumentException("a token has at least one character, got a maximum of " + maxLength);
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
