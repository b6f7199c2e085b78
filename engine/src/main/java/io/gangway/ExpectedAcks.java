package io.gangway;

import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The acks that one event expects from many sockets of this engine, one from each. Thread-safe. */
final class ExpectedAcks implements PendingAcks.Expectation {
    /** Receives the acks; must call {@link #settle}, and ignore an ack for which it returns false. */
    interface Listener {
        void onAnswer(Member socket, Elements values);

        /** The socket left before it sent an ack. */
        void onMissing(Member socket);
    }

    private final LocalNamespace namespace;
    private final Listener listener;
    private final long id;

    // Guarded by this.
    private final Set<Member> waiting = new HashSet<>();
    private int asked;

    private long begun;

    /** @param id the event's ack id, from {@link PendingAcks#nextId} */
    ExpectedAcks(LocalNamespace namespace, long id, Listener listener) {
        this.namespace = namespace;
        this.id = id;
        this.listener = listener;
    }

    /**
     * Sends the event to the selected sockets, and returns how many acks it expects. Acks may arrive before it returns.
     */
    int send(Selection selection, Emission emission) {
        begun = System.nanoTime();
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

    /**
     * Stops waiting for all acks, so that none stays pending; returns the sockets that have not answered, which are
     * counted with this outcome.
     */
    List<Member> end(AckOutcome outcome) {
        namespace.pendingAcks().remove(id);
        List<Member> unanswered;
        synchronized (this) {
            unanswered = List.copyOf(waiting);
            waiting.clear();
        }
        unanswered.forEach(socket -> {
            socket.claimAck(id);
            count(outcome);
        });
        return unanswered;
    }

    synchronized boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Stops waiting for this socket's ack, and counts the outcome; false if it was not expected. */
    synchronized boolean settle(Member socket, AckOutcome outcome) {
        boolean expected = waiting.remove(socket);
        if (expected) {
            count(outcome);
        }
        return expected;
    }

    private void count(AckOutcome outcome) {
        namespace.counts().acks().add(outcome, System.nanoTime() - begun);
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
