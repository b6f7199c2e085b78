package io.gangway.jetty;

import java.util.HashSet;
import java.util.Set;

/**
 * Finds out which values are new, so that each is logged once. Because clients can invent any number of values, only
 * the first {@link #MOST} are remembered; after them none counts as new. Thread-safe.
 */
final class FirstTimes {
    static final int MOST = 100;

    // Guarded by this.
    private final Set<String> seen = new HashSet<>();

    /** Whether a value occurs for the first time and may be logged. */
    enum Time {
        FIRST,
        /** The first time; no further value will be logged. */
        LAST_FIRST,
        AGAIN
    }

    synchronized Time of(String thing) {
        if (seen.size() >= MOST || !seen.add(thing)) {
            return Time.AGAIN;
        }
        return seen.size() == MOST ? Time.LAST_FIRST : Time.FIRST;
    }
}
