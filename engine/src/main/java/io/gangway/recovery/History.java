package io.gangway.recovery;

import io.gangway.cluster.Payload;
import io.gangway.protocol.Emission;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The order in which things were sent to the sockets of one namespace, and the sessions of these sockets. Thread-safe: a
 * caller {@linkplain #enter enters}, does what belongs together, and {@linkplain #leave leaves}.
 *
 * <p>An offset is a place in a history as text. What was sent, and the sessions of clients that are away, are kept by the
 * node itself, or by the broker for all nodes.
 */
public abstract class History {
    final Keeping keeping;
    private final HistoryLock lock = new HistoryLock();

    // Guarded by the lock.
    final Map<String, Session> sessions = new HashMap<>();
    long place;
    String offset = "";

    History(Keeping keeping) {
        this.keeping = keeping;
    }

    // ---- the lock

    public void enter() {
        lock.enter();
    }

    /** Leaves, and does what had to wait for that. */
    public void leave() {
        leaving();
        if (lock.leave()) {
            keeping.settle();
            HistoryLock.runLater();
        }
    }

    /** Called before the lock is released. */
    abstract void leaving();

    /** Leaves without forgetting what is too much. */
    void leaveUnsettled() {
        boolean unused = lock.leave();
    }

    /** Runs a task now or, while this thread is inside a history, when it has left: for all that must not run inside. */
    public static void outside(Runnable task) {
        HistoryLock.outside(task);
    }

    // ---- what happens

    /**
     * Gives an event for the selected sockets its place, before it is sent to them. One that requests acks has none.
     */
    public abstract void place(Emission emission, Set<String> rooms, Set<String> except);

    /** Gives an event for one socket its place. */
    public abstract void place(Emission emission, Session only);

    /** The selected sockets are about to join rooms: those of clients that are away, when they come back. */
    public abstract void joined(Set<String> rooms, Set<String> except, Set<String> joined);

    /** The selected sockets are about to leave rooms. */
    public abstract void left(Set<String> rooms, Set<String> except, Set<String> left);

    /** The selected sockets are about to be disconnected: clients that are away do not get their sessions back. */
    public abstract void disconnected(Set<String> rooms, Set<String> except);

    // ---- sessions whose clients are connected

    /** Begins the session of a socket that is being admitted. */
    public Session begin(String id, String user, Session.Holder holder) {
        Session session = new Session(id, user, new Session.Start(place, offset(), keeping.now()), holder);
        sessions.put(session.privateId(), session);
        return session;
    }

    /** The offset of what was sent last. */
    abstract String offset();

    /** A socket joined a room, or left it. */
    public void changed(Session session, String room, boolean joined) {
        session.changed(new Session.Change(place, offset(), room, joined), oldest());
    }

    /** The place of the oldest event that a client may miss. */
    abstract long oldest();

    /**
     * The session's client is away.
     *
     * @param user the user who is signed in; empty if nobody is
     * @param rooms the socket's rooms, without the one named after its id
     * @param whenOver runs once, when the client is back or the session ends, or has been saved for others
     * @return false if the session is not kept, here or by others: it has ended, or too many clients are away
     */
    public abstract boolean keep(Session session, String user, Set<String> rooms, Payload data, Runnable whenOver);

    /** What a client missed has been sent to it. */
    public abstract void sent(Recollection recollection);

    /** Ends a session: its client or the application has left for good. */
    public abstract void end(Session session);

    /**
     * Completes when no session that this node has let go of is still being saved for others, whether or not that
     * succeeds.
     */
    public CompletionStage<Void> saved() {
        return CompletableFuture.completedStage(null); // nothing is, unless a broker has the history
    }

    // ---- sessions whose clients come back

    /** The session with this private id, if there is one; finding it consumes nothing. */
    public @Nullable Session find(String privateId) {
        enter();
        try {
            return sessions.get(privateId);
        } finally {
            leave();
        }
    }

    /** Who holds the session now; null if nobody does. */
    public Session.@Nullable Holder holder(Session session) {
        enter();
        try {
            return session.holder;
        } finally {
            leave();
        }
    }

    /** A client gets a new session, because it may not have back all that its session had. */
    public void countIncomplete() {
        keeping.count(Keeping.Refused.INCOMPLETE);
    }

    /** The time since which the client may have missed something: what was sent before has surely been received. */
    void prove(Session session) {
        long surely = keeping.now() - keeping.bounds().heartbeat().toNanos();
        if (surely - session.since > 0 && surely - session.proven > 0) {
            session.proven = surely;
        }
    }
}
