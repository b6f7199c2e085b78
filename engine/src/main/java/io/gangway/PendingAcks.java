package io.gangway;

import io.gangway.protocol.Elements;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The pending acks of a namespace's clients, by ack id. Thread-safe.
 *
 * <p>Ids are unique per namespace, so that a broadcast with acks is one frame for all clients.
 */
final class PendingAcks {
    /** Waits for the ack of one or several sockets. */
    interface Expectation {
        /** The event is about to be sent to the socket. */
        void onAsked(Member socket);

        void onAck(Member socket, Elements values);

        void onLeave(Member socket);
    }

    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, Expectation> pending = new ConcurrentHashMap<>();

    long nextId() {
        return ids.getAndIncrement();
    }

    void put(long id, Expectation expectation) {
        pending.put(id, expectation);
    }

    @Nullable
    Expectation get(long id) {
        return pending.get(id);
    }

    void remove(long id) {
        pending.remove(id);
    }

    int size() {
        return pending.size();
    }
}
