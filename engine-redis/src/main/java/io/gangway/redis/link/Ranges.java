package io.gangway.redis.link;

import java.time.Duration;

/** Which times and numbers can be chosen; the engine's builders refuse the same times. */
public final class Ranges {
    /** Not what a long of nanoseconds could still count: sums and multiples of it have to be countable too. */
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
                    name + " " + given + " is too short; it has to be " + least.toMillis() + " ms at least");
        }
        return bounded(name, given);
    }

    /**
     * Nothing and less is over at once.
     *
     * @throws IllegalArgumentException if it is more than {@link #LONGEST}
     */
    public static Duration bounded(String name, Duration given) {
        if (given.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " " + given + " is too long: it can be at most "
                    + LONGEST.toMillis() + " ms, which are 24 days");
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
            throw new IllegalArgumentException(
                    name + " " + given + " is too small; it has to be " + least + " at least");
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
