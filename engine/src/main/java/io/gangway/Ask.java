package io.gangway;

import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One event to many sockets of this engine, each of which owes an answer. Thread-safe. */
final class Ask implements PendingAcks.Expectation {
    /** Hears of answers; each counts if {@link #settle} says so. */
    interface Asker {
        void onAnswer(Socket socket, Elements values);

        /** The socket left before it answered. */
        void onMissing(Socket socket);
    }

    private final Namespace namespace;
    private final Asker asker;
    private final long id;

    // Guarded by this.
    private final Set<Socket> waiting = new HashSet<>();
    private int asked;

    /** @param id the ack id of the event, drawn for it from {@link PendingAcks#nextId} */
    Ask(Namespace namespace, long id, Asker asker) {
        this.namespace = namespace;
        this.id = id;
        this.asker = asker;
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
    public synchronized void onAsked(Socket socket) {
        asked++;
        waiting.add(socket);
    }

    /** Waits no longer, and leaves nothing pending; returns those that have not answered. */
    List<Socket> end() {
        namespace.pendingAcks().remove(id);
        List<Socket> unanswered;
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
    synchronized boolean settle(Socket socket) {
        return waiting.remove(socket);
    }

    @Override
    public void onAck(Socket socket, Elements values) {
        asker.onAnswer(socket, values);
    }

    @Override
    public void onLeave(Socket socket) {
        asker.onMissing(socket);
    }
}
