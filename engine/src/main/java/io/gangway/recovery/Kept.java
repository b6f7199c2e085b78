package io.gangway.recovery;

import io.gangway.protocol.Emission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One thing that happened to a namespace's sockets, and its place in the history. Guarded by the history's lock. */
final class Kept {
    /** What keeping an event takes besides its contents, in bytes. */
    private static final int OVERHEAD = 200;

    enum What {
        EVENT,
        JOIN,
        LEAVE,
        DISCONNECT
    }

    final History history;
    final long place;
    final long time;
    final What what;
    private final Target target;
    /** The event, if it is one. */
    final @Nullable Emission emission;
    /** The rooms joined or left. */
    final Set<String> changed;

    private boolean gone;
    private long bytes;

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

    Kept(
            History history,
            long place,
            long time,
            What what,
            Target target,
            @Nullable Emission emission,
            Set<String> changed) {
        this.history = history;
        this.place = place;
        this.time = time;
        this.what = what;
        this.target = target;
        this.emission = emission;
        this.changed = changed;
        this.bytes = size();
    }

    /** Whether it concerns a session that is in these rooms then. */
    boolean concerns(Session session, Set<String> in) {
        return target.contains(session, in);
    }

    long bytes() {
        return bytes;
    }

    /** Counts again: how many bytes more it takes, because more frames have been made; 0 if it is no longer kept. */
    long growth() {
        long before = bytes;
        bytes = gone ? before : size();
        return bytes - before;
    }

    private long size() {
        return OVERHEAD + (emission == null ? 0 : emission.bytes());
    }

    void forget() {
        gone = true;
    }
}
