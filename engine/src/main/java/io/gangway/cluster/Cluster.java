package io.gangway.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The way to the other nodes. It belongs to one engine, which opens its channels and closes it. Thread-safe; nothing here
 * blocks.
 */
public interface Cluster extends AutoCloseable {

    /**
     * Joins the other nodes' channel of a namespace. Opened again before the former channel is closed, the new one takes
     * its place.
     */
    Channel open(String namespace, Inbound inbound);

    /** How the way to the other nodes is now. */
    Health health();

    /** Leaves, for good: says what is still to be said, for a second at most. May be called again. */
    @Override
    void close();

    /** One namespace's line to the same namespace on the other nodes. */
    interface Channel extends AutoCloseable {
        /** The name by which the other nodes know this one. */
        String nodeId();

        /**
         * Sends a message to all other nodes.
         *
         * @return completes, on a thread that must not be held up, with the broker's offset, or with {@code ""} if it has
         *     none, once the message is on its way; fails with {@link ClusterUnavailableException} if it never will be, at
         *     once for a message that wants answers while the broker is away. Fails with IllegalArgumentException if a
         *     value cannot be written
         */
        CompletionStage<String> publish(ClusterMessage message);

        /** Sends an answer to the node whose message asked for it. */
        void respond(String toNode, ClusterMessage response);

        /** How many nodes serve this namespace, this one included; fails if that cannot be told. */
        CompletionStage<Integer> nodeCount();

        /**
         * Says that a room of this node got its first member, or lost its last: a backend that subscribes to rooms one by
         * one asks {@link Inbound#hasRoom} again.
         *
         * @return completes once messages for the room come in, if it has members
         */
        default CompletionStage<Void> roomChanged(String room) {
            return CompletableFuture.completedStage(null);
        }

        /** Leaves the namespace's channel. May be called again. */
        @Override
        void close();
    }

    /** What a channel tells the engine: on the backend's threads, which it does not hold up. */
    interface Inbound {
        /**
         * A message from another node; each sender's in its order.
         *
         * @param offset the broker's offset of the message, or {@code ""}
         * @throws IllegalArgumentException if what it carries cannot be used; it has had no effect
         */
        void message(ClusterMessage message, String offset);

        /**
         * Several messages may follow at once: what they bring to clients waits for the batch's end, to be written in as few
         * writes as may be. Within a batch, its thread waits for nothing.
         *
         * @return ends the batch; to be run once, on the thread that began it
         */
        default Runnable beginBatch() {
            return () -> {};
        }

        /** Whether the other nodes can be reached. */
        void linkChanged(boolean up);

        /** Whether a socket of this node is in the room now; a socket's id is a room. */
        boolean hasRoom(String room);
    }

    /** Whether messages come and go. */
    enum State {
        /** Has not been up yet. */
        CONNECTING,
        /** Messages come and go. */
        UP,
        /** Messages come, but late, or the broker refuses those that are sent; its log lines say why. */
        DEGRADED,
        /** The broker cannot be reached: what is emitted reaches this node's sockets alone. */
        DOWN,
        /** Closed. */
        CLOSED
    }

    /**
     * How the way to the other nodes is, and what has become of the messages so far:
     * {@code offered = published + dropped + unknown + queued}.
     *
     * @param since since when the state is what it is
     * @param lag how far the reading of messages is behind
     * @param offered messages the engine wanted to send
     * @param published those that the broker took
     * @param dropped those that were not sent: too old, too many, or too late
     * @param unknown those whose fate is not known, because the connection broke; they are not sent again
     * @param queued those that wait now
     * @param received messages of other nodes
     * @param malformed messages that made no sense and had no effect
     * @param details further counters of the backend's own, by name
     */
    record Health(
            State state,
            Instant since,
            Duration lag,
            long offered,
            long published,
            long dropped,
            long unknown,
            long queued,
            long received,
            long malformed,
            Map<String, Long> details) {
        public Health {
            Objects.requireNonNull(state, "state");
            details = Map.copyOf(details);
        }

        /** Whether messages come and go. */
        public boolean isUp() {
            return state == State.UP || state == State.DEGRADED;
        }
    }
}
