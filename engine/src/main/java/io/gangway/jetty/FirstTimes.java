package io.gangway.jetty;

import java.util.HashSet;
import java.util.Set;

/**
 * Tells what is new, so that the log has it once. Clients may make up as much as they like: only the first {@link #MOST} are
 * remembered, and nothing is new after them. Thread-safe.
 */
final class FirstTimes {
    static final int MOST = 100;

    // Guarded by this.
    private final Set<String> seen = new HashSet<>();

    /** Whether a thing is there for the first time, and may be told. */
    enum Time {
        FIRST,
        /** The first time, and nothing further will be told. */
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
