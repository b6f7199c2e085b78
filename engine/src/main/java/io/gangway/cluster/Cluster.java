package io.gangway.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Connects one engine to the other nodes. The engine opens its channels and closes it. Thread-safe; no method blocks.
 */
public interface Cluster extends AutoCloseable {

    /**
     * Joins the channel of a namespace. If the namespace has an open channel already, the new one replaces it.
     *
     * @param namespace the namespace's name
     * @param inbound receives the messages of other nodes
     * @return the channel
     */
    Channel open(String namespace, Inbound inbound);

    /**
     * Tells how messages that are read together are delivered together; the engine calls it once, before it opens the
     * first channel. Without effect in a backend that reads one message at a time.
     *
     * @param batches must be told when a batch begins and ends
     */
    default void batches(Batches batches) {}

    /** {@return the current state of the connection to the other nodes} */
    Health health();

    /** Leaves the cluster for good; sends what is still queued for at most one second. Closing again has no effect. */
    @Override
    void close();

    /**
     * Marks the beginning and end of a batch: messages of any namespaces that a backend has read together. Thread-safe.
     */
    interface Batches {
        /**
         * Begins a batch: frames for clients are held until it ends, so that they are sent in as few writes as
         * possible. The thread must not wait during a batch.
         *
         * @return ends the batch; must be run exactly once, on the thread that began it
         */
        Runnable begin();
    }

    /** Carries one namespace's messages to and from the same namespace on the other nodes. */
    interface Channel extends AutoCloseable {
        /** {@return the id by which other nodes address this one} */
        String nodeId();

        /**
         * Sends a message to all other nodes.
         *
         * @param message the message
         * @return completes once the broker has accepted the message, with the broker's offset, or {@code ""} if it has
         *     none; on a thread that must not be blocked. Fails with {@link ClusterUnavailableException} if the message
         *     is never sent, at once for one that requests answers while the broker is unreachable, and with
         *     IllegalArgumentException if a value cannot be encoded
         */
        CompletionStage<String> publish(ClusterMessage message);

        /**
         * Sends an answer to the node whose message asked for it.
         *
         * @param toNode the id of the node that asked
         * @param response the answer
         */
        void respond(String toNode, ClusterMessage response);

        /**
         * {@return the number of nodes that serve this namespace, including this one; fails if it cannot be determined}
         */
        CompletionStage<Integer> nodeCount();

        /**
         * Reports that a room of this node got its first member or lost its last. A backend that subscribes to each
         * room separately then asks {@link Inbound#hasRoom} again.
         *
         * @param room the room's name
         * @return completes once messages for the room are received, if it has members
         */
        default CompletionStage<Void> roomChanged(String room) {
            return CompletableFuture.completedStage(null);
        }

        /**
         * Begins to keep sessions for all nodes; the engine calls this at most once per channel, directly after opening
         * it, and only if clients get back what they missed. From then on the channel keeps the promises of
         * {@link SessionStore}.
         *
         * @return the store; empty if this backend has none, so that sessions stay on their node
         */
        default Optional<SessionStore> sessions() {
            return Optional.empty();
        }

        /** Leaves the namespace's channel. Closing again has no effect. */
        @Override
        void close();
    }

    /** Receives the messages of one channel. Called on the backend's threads, and never blocks them. */
    interface Inbound {
        /**
         * A message arrived from another node; messages of one sender arrive in order.
         *
         * @param message the message
         * @param offset the broker's offset of the message, or {@code ""} if it has none
         * @throws IllegalArgumentException if the message is invalid; it has had no effect
         */
        void message(ClusterMessage message, String offset);

        /**
         * This node's own message has its place in the history: after the messages that {@link #message} has brought
         * before, and before those that it brings next. Called only if the engine has asked for the channel's sessions,
         * and for messages of the history.
         *
         * @param message the message, as it was published
         * @param offset the broker's offset of the message
         */
        default void published(ClusterMessage message, String offset) {}

        /**
         * The connection to the other nodes came up or went down.
         *
         * @param up whether the broker can be reached
         */
        void linkChanged(boolean up);

        /**
         * {@return whether any socket of this node is in the room now; each socket's id is a room too}
         *
         * @param room the room's name
         */
        boolean hasRoom(String room);

        /**
         * A client has come to another node with the private id of a session. Nobody has decided yet whether it may have
         * the session, so this node's client notices nothing.
         *
         * @param privateId the private id
         * @return the id of the socket of this node that has the session, or whose session is being saved; empty if there
         *     is none
         */
        default Optional<String> holds(String privateId) {
            return Optional.empty();
        }

        /**
         * A client has been admitted to another node that has the private id of a session. If this node has a client with
         * it, and the session is the user's, then that client is disconnected, and the session saved in the {@link
         * SessionStore}.
         *
         * @param privateId the private id
         * @param user see {@link SessionStore#recall}
         * @return completes once the session is saved; at once if nothing is done
         */
        default CompletionStage<SessionStore.Recall> recall(String privateId, Optional<String> user) {
            return CompletableFuture.completedStage(SessionStore.Recall.NOT_HERE);
        }
    }

    /** Whether messages are sent and received. */
    enum State {
        /** Not connected yet since the start. */
        CONNECTING,
        /** Messages are sent and received. */
        UP,
        /** Messages arrive late, or the broker refuses this node's messages; the backend's log says why. */
        DEGRADED,
        /** The broker is unreachable: emits reach only this node's sockets. */
        DOWN,
        /** Closed. */
        CLOSED
    }

    /**
     * The state of the connection to the other nodes, and the messages counted so far:
     * {@code offered = published + dropped + unknown + queued}.
     *
     * @param since when the current state began
     * @param lag how far this node is behind in reading messages
     * @param offered messages that the engine handed over for sending
     * @param published messages that the broker accepted
     * @param dropped messages that were not sent because they were too old, too many or too late
     * @param unknown messages that may or may not have arrived because the connection broke; they are not sent again
     * @param queued messages that wait to be sent
     * @param received messages received from other nodes
     * @param malformed received messages that were invalid and therefore ignored
     * @param details the backend's own counters, by name
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
        /**
         * Refuses null, and copies collections.
         *
         * @param state see {@link #state()}
         * @param since see {@link #since()}
         * @param lag see {@link #lag()}
         * @param offered see {@link #offered()}
         * @param published see {@link #published()}
         * @param dropped see {@link #dropped()}
         * @param unknown see {@link #unknown()}
         * @param queued see {@link #queued()}
         * @param received see {@link #received()}
         * @param malformed see {@link #malformed()}
         * @param details see {@link #details()}
         */
        public Health {
            Objects.requireNonNull(state, "state");
            details = Map.copyOf(details);
        }

        /** {@return whether messages are sent and received} */
        public boolean isUp() {
            return state == State.UP || state == State.DEGRADED;
        }
    }
}
