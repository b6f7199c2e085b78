package io.gangway.benchmarks.clients;

import io.gangway.benchmarks.processes.LoadFailure;
import java.nio.ByteBuffer;

/** Is told what happens to the clients of a {@link Swarm}, on its thread. */
interface Traffic {
    /** The client is in the namespace. */
    default void joined(Client client) {}

    /** The client's connection has ended at its own request. */
    default void left(Client client) {}

    /**
     * An event arrived.
     *
     * @param start where the packet's text begins in the buffer, which must not be changed
     * @param available how many bytes have arrived, at least 48 unless the packet is shorter
     * @param length the packet's length
     */
    default void event(Client client, ByteBuffer buffer, int start, int available, long length) {
        throw new LoadFailure(client + " got an unexpected event");
    }

    /** An ack arrived; the parameters are those of {@link #event}. */
    default void ack(Client client, ByteBuffer buffer, int start, int available, long length) {
        throw new LoadFailure(client + " got an ack that it did not request");
    }

    /** Everything from one read has been reported. */
    default void afterRead(Client client) {}
}
