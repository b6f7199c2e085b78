package io.gangway;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a socket and its client owe each other while it is there: its state, the acks that are to come from the client, and
 * those that the application has yet to settle. Thread-safe.
 *
 * <p>Part of a {@link Member}, with which it is one object.
 */
abstract class Obligations extends Roster.Member {
    /** What the application owes the socket: a late verdict or answer. */
    interface Pending {
        /** The socket has left: nobody waits any more. */
        void onLeave();
    }

    private volatile SocketState state = SocketState.PENDING;

    // Guarded by this; created on demand, because most sockets need few of them.
    private @Nullable Set<Long> awaited;
    private @Nullable Set<Pending> pending;

    SocketState state() {
        return state;
    }

    /** Called with the lock held. */
    void state(SocketState next) {
        state = next;
    }

    boolean isPending() {
        return state == SocketState.PENDING;
    }

    boolean isConnected() {
        return state == SocketState.CONNECTED;
    }

    /** Whether the socket has been admitted; it may have left since. */
    boolean isAdmitted() {
        return state.isAdmitted();
    }

    /**
     * Whether the application has disconnected the socket; messages that the client sent before it knew are not
     * handled.
     */
    boolean isTakenAway() {
        SocketState now = state;
        return now == SocketState.TAKEN_AWAY || now == SocketState.REFUSED;
    }

    /** Ends this when the socket leaves, or at once if it has left. */
    void bind(Pending undecided) {
        synchronized (this) {
            if (!state.isOver()) {
                if (pending == null) {
                    pending = new HashSet<>(2);
                }
                pending.add(undecided);
                return;
            }
        }
        undecided.onLeave();
    }

    /** The socket's leaving does not concern this any more. */
    synchronized void unbind(Pending decided) {
        if (pending != null) {
            pending.remove(decided);
        }
    }

    /** How many acks for the client's events are to come later. */
    synchronized int owedAcks() {
        return state == SocketState.CONNECTED && pending != null ? pending.size() : 0;
    }

    /** Whether an ack of the client is expected. */
    synchronized boolean isAwaited() {
        return awaited != null && !awaited.isEmpty();
    }

    /** Registers an expected ack; false if the socket has left. */
    synchronized boolean await(long ackId) {
        if (state.isOver()) {
            return false;
        }
        if (awaited == null) {
            awaited = new HashSet<>(2);
        }
        awaited.add(ackId);
        return true;
    }

    /** Unregisters an expected ack; true if it was expected. */
    synchronized boolean claimAck(long ackId) {
        return awaited != null && awaited.remove(ackId);
    }

    /** The acks that will not come any more. Called with the lock held. */
    Set<Long> takeAwaited() {
        Set<Long> unanswered = awaited == null ? Set.of() : awaited;
        awaited = null;
        return unanswered;
    }

    /** What nobody waits for any more. Called with the lock held. */
    Set<Pending> takePending() {
        Set<Pending> abandoned = pending == null ? Set.of() : pending;
        pending = null;
        return abandoned;
    }
}
