package io.gangway;

import java.time.Duration;

/** Checks timeouts. */
final class Waits {
    /** The maximum of JavaScript's timers: a longer one expires at once, which would end the connection. */
    static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private Waits() {}

    /** @throws IllegalArgumentException if it is less than a millisecond, or more than {@link #LONGEST} */
    static Duration checked(String name, Duration wait) {
        if (wait.isNegative() || wait.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, but is " + wait);
        }
        if (wait.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(name + " must be at least 1 ms, but is " + wait);
        }
        return bounded(name, wait);
    }

    /**
     * Zero and negative times expire at once.
     *
     * @throws IllegalArgumentException if it is more than {@link #LONGEST}
     */
    static Duration bounded(String name, Duration wait) {
        if (wait.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be at most 2147483647 ms (24 days), but is " + wait);
        }
        return wait;
    }
}
