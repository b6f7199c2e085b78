package io.gangway.recovery;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sockets concerned: those in any of {@code rooms}, all if there are none, but not those in any of {@code except}.
 *
 * @param only the one session concerned; null if the rooms tell
 */
record Target(
        Set<String> rooms, Set<String> except, @Nullable Session only) {
    boolean contains(Session session, Set<String> in) {
        if (only != null) {
            return only == session;
        }
        return (rooms.isEmpty() || anyOf(rooms, session, in)) && !anyOf(except, session, in);
    }

    private static boolean anyOf(Set<String> names, Session session, Set<String> in) {
        for (String name : names) {
            if (in.contains(name) || name.equals(session.id())) {
                return true;
            }
        }
        return false;
    }
}
