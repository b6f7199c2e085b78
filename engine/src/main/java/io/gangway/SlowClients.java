package io.gangway;

import io.gangway.connection.Delivery;

/**
 * What happens to events for a client that reads more slowly than they are emitted. Chosen for a namespace with
 * {@link NamespaceBuilder#whenSlow}, for single events with {@link Namespace#whenSlow}.
 *
 * <p>Acks, events that request one, and the protocol's own packets are never dropped. A client that reads nothing for
 * {@link Limits.Builder#slowAfter} although something waits for it is disconnected in any case.
 */
public enum SlowClients {
    /**
     * Events wait; a client that stays too slow is disconnected with {@link DisconnectReason#SLOW_CLIENT}: see
     * {@link Limits.Builder#slowAfter}, {@link Limits.Builder#slowBelow} and {@link Limits.Builder#maxUnsent}. The
     * default.
     */
    CLOSE(Delivery.RELIABLE),

    /**
     * Events wait; while more than {@link Limits.Builder#maxBuffered} waits for a client, its oldest waiting events of
     * this kind are dropped. The newest one is always kept.
     */
    DROP_OLDEST(Delivery.DROPPABLE),

    /** An event that cannot be written to a client at once is dropped for it: what {@code lossy()} does. */
    DROP_NEWEST(Delivery.LOSSY);

    @SuppressWarnings("ImmutableEnumChecker") // a Delivery is immutable
    private final Delivery delivery;

    SlowClients(Delivery delivery) {
        this.delivery = delivery;
    }

    Delivery delivery() {
        return delivery;
    }
}
