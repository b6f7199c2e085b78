package io.gangway;

import io.gangway.protocol.Elements;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The answers that a namespace's clients still owe, by ack id. Thread-safe.
 *
 * <p>Ids are drawn per namespace, so that a broadcast with acks is one frame for all.
 */
final class PendingAcks {
    /** Waits for the answer of one socket, or of several. */
    interface Expectation {
        /** The event that asks for an answer is about to be sent to the socket. */
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
