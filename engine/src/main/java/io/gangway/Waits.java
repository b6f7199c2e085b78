package io.gangway;

import java.time.Duration;

/** How long anything can be waited for. */
final class Waits {
    /** JavaScript's timers count no further: a longer time is over at once there, and with it the connection. */
    static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private Waits() {}

    /** @throws IllegalArgumentException if it is not a millisecond at least, or more than {@link #LONGEST} */
    static Duration checked(String name, Duration wait) {
        if (wait.isNegative() || wait.isZero()) {
            throw new IllegalArgumentException(name + " " + wait + " has to be more than 0");
        }
        if (wait.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    name + " " + wait + " is less than a millisecond, in which times are counted");
        }
        return bounded(name, wait);
    }

    /**
     * Nothing and less is over at once.
     *
     * @throws IllegalArgumentException if it is more than {@link #LONGEST}
     */
    static Duration bounded(String name, Duration wait) {
        if (wait.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    name + " " + wait + " is too long: at most 2147483647 ms, which are 24 days, can be waited for");
        }
        return wait;
    }
}
