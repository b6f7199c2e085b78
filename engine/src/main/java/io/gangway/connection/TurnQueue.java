package io.gangway.connection;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The clients that wait for their turn: first come, first served. While more wait than can have turns, every other turn
 * goes to the latest who holds little: then neither a crowd that came before nor one that comes later keeps anybody waiting
 * for all of it. Not thread-safe.
 *
 * @param <C> a client
 */
final class TurnQueue<C> {
    private final long many;
    private final Predicate<C> holdsLittle;
    private final Deque<C> waiting = new ArrayDeque<>();
    /** Whether the next turn is one for the latest. */
    private boolean latest;

    /**
     * @param many how many can have turns at the same time
     * @param holdsLittle whether a client has not used a turn yet; of others there are few
     */
    TurnQueue(long many, Predicate<C> holdsLittle) {
        this.many = many;
        this.holdsLittle = holdsLittle;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Whether more wait than can have turns at the same time. */
    boolean isCrowded() {
        return waiting.size() > many;
    }

    /** @param first whether the client goes before all others */
    void add(C client, boolean first) {
        if (first) {
            waiting.addFirst(client);
        } else {
            waiting.addLast(client);
        }
    }

    boolean remove(C client) {
        return waiting.remove(client);
    }

    /** Who gets the next turn; null if nobody waits. */
    @Nullable
    C first() {
        if (latest && isCrowded()) {
            for (Iterator<C> clients = waiting.descendingIterator(); clients.hasNext(); ) {
                C client = clients.next();
                if (holdsLittle.test(client)) {
                    return client;
                }
            }
        }
        return waiting.peekFirst();
    }

    /** The {@linkplain #first first} gets its turn. */
    void take(C first) {
        waiting.remove(first);
        latest = !latest;
    }
}
