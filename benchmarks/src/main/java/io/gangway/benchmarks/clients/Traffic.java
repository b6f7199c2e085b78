package io.gangway.benchmarks.clients;

import io.gangway.benchmarks.processes.LoadFailure;
import java.nio.ByteBuffer;

/** What happens to the clients of a {@link Swarm}; on its thread. */
interface Traffic {
    /** The client is in the namespace. */
    default void joined(Client client) {}

    /** The client's connection has ended as it wished. */
    default void left(Client client) {}

    /**
     * An event came.
     *
     * @param start where the packet's text begins in the buffer, which is not to be changed
     * @param available how much of it is there, 48 bytes at least unless it is shorter
     * @param length how long it is
     */
    default void event(Client client, ByteBuffer buffer, int start, int available, long length) {
        throw new LoadFailure(client + " got an event that nobody sent");
    }

    /** An ack came; the parameters are those of {@link #event}. */
    default void ack(Client client, ByteBuffer buffer, int start, int available, long length) {
        throw new LoadFailure(client + " got an ack that nobody asked for");
    }

    /** All that one read brought has been told. */
    default void afterRead(Client client) {}
}
