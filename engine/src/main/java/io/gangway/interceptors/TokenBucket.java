package io.gangway.interceptors;

import java.time.Duration;

/**
 * Tokens that come at a steady rate, up to so many, and are taken one at a time. Thread-safe.
 *
 * <p>All it knows is when it will be full again: taking a token moves that moment by the time one takes to come.
 */
final class TokenBucket {
    /** What {@link #take} says of a bucket that is out of use. */
    static final long RETIRED = -1;

    /**
     * @param nanosPerToken how long a token takes to come
     * @param nanosToFill how long all of them take
     */
    record Rate(long nanosPerToken, long nanosToFill) {
        private static final long LONGEST_FILLING = Duration.ofDays(365).toNanos();

        /** So many tokens {@code per} time, and {@code burst} at most. */
        static Rate of(int tokens, Duration per, int burst) {
            if (tokens < 1) {
                throw new IllegalArgumentException("a rate is at least 1 per " + per + ", not " + tokens);
            }
            if (burst < 1) {
                throw new IllegalArgumentException("a burst is at least 1, not " + burst);
            }
            if (per.compareTo(Duration.ofDays(1)) > 0 || per.dividedBy(tokens).compareTo(Duration.ofNanos(1)) < 0) {
                throw new IllegalArgumentException(
                        tokens + " per " + per + ": a rate is at most 1 per nanosecond, and over a day at most");
            }
            long nanosPerToken = per.toNanos() / tokens;
            if (nanosPerToken > LONGEST_FILLING / burst) {
                throw new IllegalArgumentException(
                        "a burst of " + burst + " at " + tokens + " per " + per + " takes more than a year to come");
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

    /** Takes a token and returns 0, or returns the nanoseconds until there is one, or {@link #RETIRED}. */
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

    /** Takes the bucket out of use if it is full, for then a new one does as well. */
    synchronized boolean retire(long now) {
        retired |= isFull(now);
        return retired;
    }

    private boolean isFull(long now) {
        return now - fullAt >= 0;
    }
}
