package io.gangway.redis.link;

import java.time.Duration;

/** Checks the numbers and durations that an application chooses; the engine's builders have the same limits. */
public final class Ranges {
    /** Far below what a long of nanoseconds can hold, so that sums and multiples fit too. */
    public static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    private Ranges() {}

    /**
     * Returns the duration.
     *
     * @throws IllegalArgumentException if it is shorter than {@code least}, or longer than {@link #LONGEST}
     */
    public static Duration atLeast(Duration least, String name, Duration given) {
        if (given.compareTo(least) < 0) {
            throw new IllegalArgumentException(
                    name + " " + given + " is too short; it must be at least " + least.toMillis() + " ms");
        }
        return bounded(name, given);
    }

    /**
     * A negative duration becomes zero.
     *
     * @throws IllegalArgumentException if it is more than {@link #LONGEST}
     */
    public static Duration bounded(String name, Duration given) {
        if (given.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " " + given + " is too long; it must be at most "
                    + LONGEST.toMillis() + " ms, which is 24 days");
        }
        return given.isNegative() ? Duration.ZERO : given;
    }

    /**
     * Returns the number.
     *
     * @throws IllegalArgumentException if it is less than {@code least}
     */
    public static long atLeast(long least, String name, long given) {
        if (given < least) {
            throw new IllegalArgumentException(name + " " + given + " is too small; it must be at least " + least);
        }
        return given;
    }

    /**
     * Returns the number.
     *
     * @throws IllegalArgumentException if it is less than {@code least}
     */
    public static int atLeast(int least, String name, int given) {
        return (int) atLeast((long) least, name, given);
    }
}
