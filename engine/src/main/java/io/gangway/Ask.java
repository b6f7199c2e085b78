package io.gangway;

import io.gangway.connection.Frame;
import io.gangway.protocol.Elements;
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
    private final Set<Socket> waiting = new HashSet<>(); // guarded by this

    Ask(Namespace namespace, Asker asker) {
        this.namespace = namespace;
        this.asker = asker;
        this.id = namespace.pendingAcks().nextId();
    }

    /** The ack id that the event has to carry. */
    long id() {
        return id;
    }

    /** Sends the event to all of them, and returns how many they are. Their answers may come before it returns. */
    int send(Selection selection, Frame frame) {
        namespace.pendingAcks().put(id, this);
        int[] asked = {0};
        namespace.deliver(selection, socket -> {
            asked[0]++;
            synchronized (this) {
                waiting.add(socket);
            }
            if (socket.await(id)) {
                socket.send(frame);
            } else {
                onLeave(socket);
            }
        });
        return asked[0];
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
