package io.gangway.redis.link;

import io.gangway.redis.wire.OutgoingMessage;

/** Where an emitter's messages go. Thread-safe. */
public interface MessageSink extends AutoCloseable {
    /** What becomes of a message that cannot be sent at once. */
    enum Delivery {
        /** It is queued for a while. */
        RELIABLE,
        /** It is dropped. */
        LOSSY
    }

    /**
     * Sends a message as soon as possible; never blocks.
     *
     * @throws IllegalStateException if the sink is closed
     */
    void send(OutgoingMessage message, Delivery delivery);

    @Override
    void close();
}
