package io.gangway.recovery;

import io.gangway.cluster.Payload;
import io.gangway.protocol.Emission;
import io.gangway.recovery.Happening.What;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a client missed that comes back, and the rooms it returns to. Follows the history from the client's offset on:
 * rooms joined and left count from their place, whether the client was there or away.
 *
 * <p>Most of the way is gone before the history's lock is taken to admit the client: only the rest under the lock.
 */
public final class Recollection {
    private final Session session;
    /** Which absence of the session this is. */
    final int absence;

    private final List<Happening> missed = new ArrayList<>();
    private final Set<String> rooms;
    /** The rooms joined and left while the client was away. */
    private final List<Session.Change> changes = new ArrayList<>(0);

    private final Payload data;
    private long reached;
    private boolean expelled;

    private Recollection(Session session, int absence, Set<String> rooms, Payload data, long reached) {
        this.session = session;
        this.absence = absence;
        this.rooms = rooms;
        this.data = data;
        this.reached = reached;
    }

    /** What of a history is needed, taken under its lock. */
    record Excerpt(
            Session session,
            int absence,
            long left,
            Set<String> rooms,
            Payload data,
            List<Session.Change> changes,
            List<? extends Happening> kept) {
        Recollection read() {
            Recollection recollection = new Recollection(session, absence, new HashSet<>(rooms), data, left);
            recollection.whileThere(this);
            for (Happening next : kept) {
                recollection.follow(next);
            }
            return recollection;
        }
    }

    /** What the client was sent and has not received. From the newest to the oldest: the rooms of the end are known. */
    private void whileThere(Excerpt excerpt) {
        Set<String> then = new HashSet<>(excerpt.rooms);
        Deque<Happening> oldestFirst = new ArrayDeque<>();
        int undone = 0;
        for (int i = excerpt.kept.size() - 1; i >= 0; i--) {
            Happening sent = excerpt.kept.get(i);
            if (sent.place() > excerpt.left) {
                continue;
            }
            for (;
                    undone < excerpt.changes.size()
                            && excerpt.changes.get(undone).place() >= sent.place();
                    undone++) {
                Session.Change change = excerpt.changes.get(undone);
                if (change.joined()) {
                    then.remove(change.room());
                } else {
                    then.add(change.room());
                }
            }
            if (sent.what() == What.EVENT && sent.concerns(session, then)) {
                oldestFirst.addFirst(sent);
            }
        }
        missed.addAll(oldestFirst);
    }

    /** What happened next while the client was away. */
    void follow(Happening next) {
        if (next.place() <= reached) {
            return;
        }
        reached = next.place();
        if (!next.concerns(session, rooms)) {
            return;
        }
        if (next.what() == What.JOIN || next.what() == What.LEAVE) {
            boolean joins = next.what() == What.JOIN;
            for (String room : next.changed()) {
                if (joins ? rooms.add(room) : rooms.remove(room)) {
                    changes.add(new Session.Change(next.place(), next.offset(), room, joins));
                }
            }
        } else if (next.what() == What.DISCONNECT) {
            expelled = true;
        } else {
            missed.add(next);
        }
    }

    /** What the session has to know if the client is cut off before it has received all of this. */
    List<Session.Change> changes() {
        return changes;
    }

    long reached() {
        return reached;
    }

    public Session session() {
        return session;
    }

    /** Whether the client was disconnected by the application while it was away. */
    boolean isExpelled() {
        return expelled;
    }

    /** Whether all that the client missed can be read. */
    boolean isReadable() {
        return missed.stream().allMatch(each -> each.emission() != null);
    }

    /** Passes on what the client missed, in order. */
    public void forEachMissed(Consumer<Emission> receiver) {
        for (Happening each : missed) {
            receiver.accept(Objects.requireNonNull(each.emission()));
        }
    }

    List<Happening> missed() {
        return missed;
    }

    /** The rooms that the socket is in again, without the one named after its id. */
    public Set<String> rooms() {
        return rooms;
    }

    /** The socket's shared data. */
    public Payload data() {
        return data;
    }

    @Override
    public String toString() {
        return "Recollection[" + session + ", " + missed.size() + " missed]";
    }
}
