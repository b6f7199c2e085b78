package io.gangway.interceptors;

import java.time.Duration;

/**
 * A bucket that tokens fill at a steady rate, up to a maximum, and from which they are taken one at a time.
 * Thread-safe.
 *
 * <p>Its only state is the moment when it will be full again: taking a token moves that moment by the time one token
 * needs to arrive.
 */
final class TokenBucket {
    /** The result of {@link #take} for a bucket that is out of use. */
    static final long RETIRED = -1;

    /**
     * @param nanosPerToken how long one token needs to arrive
     * @param nanosToFill how long an empty bucket needs to fill
     */
    record Rate(long nanosPerToken, long nanosToFill) {
        private static final long LONGEST_FILLING = Duration.ofDays(365).toNanos();

        /** {@code tokens} per {@code per}, and at most {@code burst} of them. */
        static Rate of(int tokens, Duration per, int burst) {
            if (tokens < 1) {
                throw new IllegalArgumentException("the rate must be at least 1 per " + per + ", but is " + tokens);
            }
            if (burst < 1) {
                throw new IllegalArgumentException("the burst must be at least 1, but is " + burst);
            }
            if (per.compareTo(Duration.ofDays(1)) > 0 || per.dividedBy(tokens).compareTo(Duration.ofNanos(1)) < 0) {
                throw new IllegalArgumentException(
                        "the rate must be at most 1 per nanosecond, over at most a day, but is " + tokens + " per "
                                + per);
            }
            long nanosPerToken = per.toNanos() / tokens;
            if (nanosPerToken > LONGEST_FILLING / burst) {
                throw new IllegalArgumentException("a burst of " + burst + " at " + tokens + " per " + per
                        + " takes more than a year to fill: lower the burst");
            }
            return new Rate(nanosPerToken, nanosPerToken * burst);
        }
    }

    private final Rate rate;

    // Guarded by this.
    private long fullAt;
    private boolean retired;

    /** A full bucket. */
    TokenBucket(Rate rate, long now) {
        this.rate = rate;
        this.fullAt = now;
    }

    /** Takes a token and returns 0, or returns the nanoseconds until the next token, or {@link #RETIRED}. */
    synchronized long take(long now) {
        if (retired) {
            return RETIRED;
        }
        long fullAfterwards = (isFull(now) ? now : fullAt) + rate.nanosPerToken();
        long missing = fullAfterwards - now - rate.nanosToFill();
        if (missing > 0) {
            return missing;
        }
        fullAt = fullAfterwards;
        return 0;
    }

    /** Takes the bucket out of use if it is full: a new bucket would be the same. */
    synchronized boolean retire(long now) {
        retired |= isFull(now);
        return retired;
    }

    private boolean isFull(long now) {
        return now - fullAt >= 0;
    }
}
