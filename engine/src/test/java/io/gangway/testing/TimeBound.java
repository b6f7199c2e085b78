package io.gangway.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;

/**
 * How long something may take. The bounds are those of a machine that does nothing else, and the long form
 * ({@code -Dgangway.long=true}) holds to them; a build, whose machine may be busy, allows ten times as much.
 */
public final class TimeBound {
    private static final int FACTOR = Boolean.getBoolean("gangway.long") ? 1 : 10;

    private TimeBound() {}

    /** @param what what took so long, for the message */
    public static void assertWithin(Duration bound, Duration took, Object what) {
        assertTrue(took.compareTo(bound.multipliedBy(FACTOR)) < 0, () -> what + " took " + took);
    }

    /** See {@link #assertWithin(Duration, Duration, Object)}. */
    public static void assertWithinMillis(long bound, long tookMillis, Object what) {
        assertWithin(Duration.ofMillis(bound), Duration.ofMillis(tookMillis), what);
    }
}
