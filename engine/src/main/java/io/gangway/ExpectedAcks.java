package io.gangway;

import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The acks that sockets of this engine owe to one event: it is sent to many, and each owes one. Thread-safe. */
final class ExpectedAcks implements PendingAcks.Expectation {
    /** Hears of answers; each counts if {@link #settle} says so. */
    interface Listener {
        void onAnswer(Member socket, Elements values);

        /** The socket left before it answered. */
        void onMissing(Member socket);
    }

    private final LocalNamespace namespace;
    private final Listener listener;
    private final long id;

    // Guarded by this.
    private final Set<Member> waiting = new HashSet<>();
    private int asked;

    /** @param id the ack id of the event, drawn for it from {@link PendingAcks#nextId} */
    ExpectedAcks(LocalNamespace namespace, long id, Listener listener) {
        this.namespace = namespace;
        this.id = id;
        this.listener = listener;
    }

    /** Sends the event to all of them, and returns how many they are. Their answers may come before it returns. */
    int send(Selection selection, Emission emission) {
        namespace.pendingAcks().put(id, this);
        namespace.deliver(selection, emission, this);
        synchronized (this) {
            return asked;
        }
    }

    @Override
    public synchronized void onAsked(Member socket) {
        asked++;
        waiting.add(socket);
    }

    /** Waits no longer, and leaves nothing pending; returns those that have not answered. */
    List<Member> end() {
        namespace.pendingAcks().remove(id);
        List<Member> unanswered;
        synchronized (this) {
            unanswered = List.copyOf(waiting);
            waiting.clear();
        }
        unanswered.forEach(socket -> socket.claimAck(id));
        return unanswered;
    }

    synchronized boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Whether this socket's answer was waited for; from now on it is not. */
    synchronized boolean settle(Member socket) {
        return waiting.remove(socket);
    }

    @Override
    public void onAck(Member socket, Elements values) {
        listener.onAnswer(socket, values);
    }

    @Override
    public void onLeave(Member socket) {
        listener.onMissing(socket);
    }
}
