package io.gangway.recovery;

import io.gangway.cluster.Payload;
import io.gangway.ids.RandomId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stays of a socket while its client is away, and returns with it. Guarded by the lock of its {@link History}.
 *
 * <pre>
 *   begin --> attached --keep()--> away --claim()--> attached ...
 *                |                  |
 *                +------ end() -----+--> ended
 * </pre>
 */
public final class Session {
    /** Has the session's client, while it is connected. */
    public interface Holder {
        /**
         * Lets go of the client, because it has come back on another connection. When this returns, the socket has left:
         * its session is kept, or has ended. Called without any lock.
         */
        void letGo();
    }

    /** The socket joined or left a room, after everything up to this place. */
    record Change(long place, String offset, String room, boolean joined) {}

    /** Nothing up to this place concerns the session; and when it began. */
    record Start(long place, String offset, long time) {}

    /** More changes than this are not remembered: what was sent before the oldest of them cannot be judged. */
    private static final int MOST_CHANGES = 256;

    /** What a session takes besides its rooms and data, in bytes. */
    private static final int OVERHEAD = 600;

    /** What a text or another value takes besides its contents, in bytes. */
    private static final int VALUE_OVERHEAD = 64;

    private final String privateId;
    private final String id;

    /** Nothing up to this place concerns the session. */
    long start;

    /** The offset of the start. */
    String startOffset;

    /** What is after this place can be judged. */
    private long judged;

    private volatile String user;

    /**
     * The time since which the client may have missed something: what was sent from its arrival until then has surely been
     * received.
     */
    long proven;

    /** When the holder began to hold it. */
    long since;

    @Nullable
    Holder holder;

    boolean ended;

    /** How many times the client has been away. */
    int absences;

    private final Deque<Change> changes = new ArrayDeque<>(0);

    // While the client is away.
    Set<String> rooms = Set.of();

    @Nullable
    Payload data;

    /** What the session takes, in bytes. */
    long size;

    long left;
    long expires;

    @Nullable
    Runnable whenOver;

    /** @param user the user to whom it is bound; empty if nobody signed in */
    Session(String id, String user, Start start, Holder holder) {
        this(RandomId.next(), id, user, start, holder);
    }

    Session(String privateId, String id, String user, Start start, @Nullable Holder holder) {
        this.privateId = privateId;
        this.id = id;
        this.user = user;
        this.start = start.place;
        this.startOffset = start.offset;
        this.judged = start.place;
        this.proven = start.time;
        this.since = start.time;
        this.holder = holder;
    }

    public String privateId() {
        return privateId;
    }

    public String id() {
        return id;
    }

    /** The user to whom the session is bound; empty if nobody had signed in when its socket was admitted. */
    public String user() {
        return user;
    }

    /** The user who is signed in now; a session that was bound to nobody stays so. Called inside. */
    public void signedIn(String now) {
        if (!user.isEmpty() && !now.isEmpty()) {
            user = now;
        }
    }

    /** Roughly the memory that a session takes while its client is away, in bytes. */
    static long size(Set<String> rooms, Payload data) {
        long bytes =
                OVERHEAD + (data.hasBinary() ? size(data.value()) : data.json().length());
        for (String room : rooms) {
            bytes += VALUE_OVERHEAD + room.length();
        }
        return bytes;
    }

    private static long size(@Nullable Object value) {
        long bytes = VALUE_OVERHEAD;
        if (value instanceof byte[] binary) {
            bytes += binary.length;
        } else if (value instanceof String text) {
            bytes += text.length();
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                bytes += size(entry.getKey()) + size(entry.getValue());
            }
        } else if (value instanceof List<?> list) {
            for (Object each : list) {
                bytes += size(each);
            }
        }
        return bytes;
    }

    /**
     * The session has come from the store that all nodes share, and has been admitted at this place.
     *
     * @param earlier joins and leaves up to there, oldest first
     */
    void arrive(long place, long now, List<Change> earlier, Holder holder) {
        start = place - 1; // so that it is noticed when one of the earlier changes is no longer remembered
        judged = start;
        proven = now;
        since = now;
        this.holder = holder;
        for (Change change : earlier) {
            changed(new Change(place, change.offset, change.room, change.joined), 0);
        }
    }

    /** Has left, for the store that all nodes share. */
    void depart() {
        holder = null;
    }

    /** Whether its client is away. Called inside. */
    public boolean isAway() {
        return !ended && holder == null;
    }

    /**
     * Notes a join or leave of the socket.
     *
     * @param oldest the place of the oldest event that is kept: changes before it no longer count
     */
    void changed(Change change, long oldest) {
        while (!changes.isEmpty() && changes.peekFirst().place() < oldest) {
            changes.removeFirst();
        }
        if (changes.size() == MOST_CHANGES) {
            judged = Math.max(judged, changes.removeFirst().place());
        }
        if (change.place() >= oldest) {
            changes.addLast(change);
        }
    }

    /** Whether it is known in which rooms the socket was after this place. */
    boolean canJudge(long after) {
        return after >= judged;
    }

    /** The changes, newest first. */
    List<Change> latestChanges() {
        List<Change> newestFirst = new ArrayList<>(changes);
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "Session[" + id + "]";
    }
}
