package io.gangway;

import io.gangway.ids.RandomId;
import io.gangway.protocol.Emission;
import io.gangway.recovery.History;
import io.gangway.recovery.SharedHistory;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A socket in its rooms; its own, named after its id, is one of them. Thread-safe. What it joins while it is pending counts
 * from its admission on.
 *
 * <p>If the socket can be recovered, its joins and leaves have places in the history of what was sent: they happen inside
 * that, before the socket's lock is taken.
 *
 * <p>Part of a {@link Member}, with which it is one object.
 */
abstract class Occupant extends Recipient {
    /** Null unless the socket can be recovered. */
    private final @Nullable SocketRecovery recovery;

    /** Changes at most once, at admission: if the client asked for an old session and does not get it. */
    private volatile String id;

    /** Guarded by this; created on demand. */
    private @Nullable Set<String> joined;

    Occupant(@Nullable SocketRecovery recovery) {
        this.recovery = recovery;
        this.id = recovery == null ? RandomId.next() : recovery.firstId();
    }

    /** Puts the socket into a room; true if it is the room's first. */
    abstract boolean opens(String room);

    /** Takes the socket out of a room; true if no socket is left in it. */
    abstract boolean closes(String room);

    /** The name of the user who has signed in; empty if none has. */
    abstract String userName();

    /** Nothing yet, to be noted with the lock held. */
    abstract RoomChanges changes();

    /** Throws an {@link IllegalStateException} if the rooms are more than a socket or its namespace may have. */
    abstract void requireFew(Set<String> joined, Set<String> rooms);

    /** The names of its rooms have so many characters more, or less: they count for the whole connection. */
    abstract void named(int characters);

    /** Throws an {@link IllegalStateException} if a room's name is longer than allowed. */
    abstract void requireShort(Set<String> rooms);

    /** Throws an {@link IllegalStateException} if its session's rooms are more than the socket or its namespace may have. */
    synchronized void requireRoomsOfSession(Set<String> rooms) {
        requireFew(joined(), rooms);
    }

    /** Tells the cluster and the listeners, neither under the lock nor inside the history. */
    abstract void changed(RoomChanges changes);

    String id() {
        return id;
    }

    void id(String id) {
        this.id = id;
    }

    /** Null unless the socket can be recovered. */
    @Nullable
    SocketRecovery recovery() {
        return recovery;
    }

    /** The history in which events for this socket alone have places; null if it cannot be recovered. */
    @Nullable
    History history() {
        return recovery == null ? null : recovery.history();
    }

    /** Whether other nodes can give its session back. */
    boolean mayReturnElsewhere() {
        return history() instanceof SharedHistory;
    }

    /** Whether the socket is back with its session. */
    boolean isRecovered() {
        return recovery != null && recovery.isRecovered();
    }

    /** Whether the client may come back for what is sent to it. */
    boolean isAway() {
        SocketRecovery own = recovery();
        if (own == null) {
            return false;
        }
        own.history().enter();
        try {
            return own.isAway();
        } finally {
            own.history().leave();
        }
    }

    /**
     * Fetches what the client missed, if it asks for a session that this node does not have; null if that takes no time.
     * Called in the mailbox's turn.
     */
    @Nullable
    CompletionStage<Void> fetch() {
        SocketRecovery own = recovery();
        return own == null || state() != SocketState.PENDING ? null : own.fetch(userName());
    }

    /** Whether the socket may get its old session back before any interceptor has run. */
    boolean skipsInterceptors() {
        SocketRecovery own = recovery();
        return own != null && own.skipsInterceptors();
    }

    /** Gives an event for this socket alone its place in the history; called inside that. */
    void place(Emission emission) {
        SocketRecovery own = recovery();
        if (own != null && (isConnected() || state().isOver())) {
            own.place(emission); // for a client that is away, it waits until that is back
        }
    }

    /** A user has signed in: if the session has an owner, it is this user's from now on. Called inside. */
    void signedIn(String user) {
        if (recovery != null) {
            recovery.signedIn(user);
        }
    }

    /** The client will be disconnected by the application, and its session does not outlast that. Called inside. */
    void forgo() {
        if (recovery != null) {
            recovery.end();
        }
    }

    /** Does what belongs together, with the lock held; first inside the history, if the socket can be recovered. */
    void together(Runnable changes) {
        SocketRecovery own = recovery;
        if (own == null) {
            locked(changes);
            return;
        }
        own.history().enter();
        try {
            locked(changes);
        } finally {
            own.history().leave();
        }
    }

    private synchronized void locked(Runnable changes) {
        changes.run();
    }

    void enter(Set<String> rooms) {
        requireShort(rooms);
        RoomChanges changes = changes();
        enter(changes, rooms);
        changed(changes);
    }

    void enter(RoomChanges changes, Set<String> rooms) {
        together(() -> {
            if (!state().isOver()) {
                requireFew(joined(), rooms);
                remember(rooms, changes, state().isAdmitted());
            }
        });
    }

    private void remember(Set<String> rooms, RoomChanges changes, boolean admitted) {
        if (joined == null) {
            joined = new HashSet<>(4);
        }
        int characters = 0;
        for (String room : rooms) {
            if (!joined.add(room)) {
                continue;
            }
            characters += room.length();
            if (admitted) {
                changes.joined(room, opens(room));
                noted(room, true);
            }
        }
        named(characters);
    }

    void exit(Set<String> rooms) {
        RoomChanges changes = changes();
        exit(changes, rooms);
        changed(changes);
    }

    void exit(RoomChanges changes, Set<String> rooms) {
        together(() -> {
            if (state().isOver() || joined == null) {
                return;
            }
            int characters = 0;
            for (String room : rooms) {
                if (!joined.remove(room)) {
                    continue;
                }
                characters += room.length();
                if (state().isAdmitted()) {
                    changes.left(room, closes(room));
                    noted(room, false);
                }
            }
            named(-characters);
        });
    }

    private void noted(String room, boolean isIn) {
        if (recovery != null) {
            recovery.changed(room, isIn);
        }
    }

    /** Joins the rooms of its former session, before it joins any at all. Called with the lock held. */
    void comeBackTo(Set<String> rooms) {
        remember(rooms, new RoomChanges(false), false);
    }

    /** Joins the rooms that were chosen before the admission. Called with the lock held. */
    void enterAll(RoomChanges changes) {
        changes.openedOrClosed(id);
        if (joined != null) {
            for (String room : joined) {
                changes.joined(room, opens(room));
            }
        }
    }

    /** Leaves all rooms, and remembers them until {@link #forgetRooms}. Called with the lock held. */
    void exitAll(RoomChanges changes) {
        if (joined == null) {
            joined = Set.of(); // rooms() still returns the socket's own room
        }
        for (String room : joined) {
            changes.left(room, closes(room));
        }
        changes.openedOrClosed(id);
    }

    synchronized void forgetRooms() {
        int characters = 0;
        for (String room : joined()) {
            characters += room.length();
        }
        joined = null;
        named(-characters);
    }

    /** The rooms without its own. Called with the lock held. */
    Set<String> joined() {
        return joined == null ? Set.of() : joined;
    }

    synchronized Set<String> rooms() {
        if (state().isOver() && joined == null) {
            return Set.of();
        }
        Set<String> rooms = new HashSet<>();
        rooms.add(id);
        if (joined != null) {
            rooms.addAll(joined);
        }
        return Set.copyOf(rooms);
    }

    @Override
    synchronized boolean isInAny(Collection<String> rooms) {
        for (String room : rooms) {
            if (room.equals(id) || (joined != null && joined.contains(room))) {
                return true;
            }
        }
        return false;
    }
}
