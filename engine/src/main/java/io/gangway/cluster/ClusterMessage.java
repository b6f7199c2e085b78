package io.gangway.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A message from one node to the others about one namespace. Answers to a message with a request id carry the same id.
 */
public sealed interface ClusterMessage {
    /** The request id of a message that requests no answer. */
    String NO_REQUEST = "";

    /** {@return the id of the sending node; {@code ""} if the wire format does not carry it} */
    String from();

    /**
     * {@return whether the message belongs to the history of a {@link SessionStore}, if the channel's sessions are kept: a
     * broadcast without acks, a join, a leave, a disconnect, or a gap}
     */
    default boolean isInHistory() {
        return (this instanceof Broadcast broadcast && !broadcast.wantsAcks())
                || this instanceof Join
                || this instanceof Leave
                || this instanceof Disconnect
                || this instanceof Gap;
    }

    /** A message that answers another. */
    sealed interface Response extends ClusterMessage {
        /** {@return the id of the request that this belongs to} */
        String requestId();
    }

    // ---- commands

    /**
     * An event for clients. With a request id each node answers with one {@link ClientCount}, then a {@link ClientAck}
     * for each client that answers in time.
     *
     * @param event a JSON array: the event's name, then its arguments
     * @param lossy whether the event is dropped for each client to which it cannot be written at once
     * @param timeout how long clients may take to answer; zero if no answer is requested
     * @param trace the trace to which the event belongs, such as {@code traceparent} and its value; empty if it is not traced
     */
    record Broadcast(
            String from,
            Target target,
            Payload event,
            boolean lossy,
            String requestId,
            Duration timeout,
            Map<String, String> trace)
            implements ClusterMessage {
        /**
         * Refuses null, and copies collections.
         *
         * @param from see {@link #from()}
         * @param target see {@link #target()}
         * @param event see {@link #event()}
         * @param lossy see {@link #lossy()}
         * @param requestId see {@link #requestId()}
         * @param timeout see {@link #timeout()}
         * @param trace see {@link #trace()}
         */
        public Broadcast {
            trace = Map.copyOf(trace);
        }

        /**
         * An event that is not traced.
         *
         * @param from see {@link #from()}
         * @param target see {@link #target()}
         * @param event see {@link #event()}
         * @param lossy see {@link #lossy()}
         * @param requestId see {@link #requestId()}
         * @param timeout see {@link #timeout()}
         */
        public Broadcast(String from, Target target, Payload event, boolean lossy, String requestId, Duration timeout) {
            this(from, target, event, lossy, requestId, timeout, Map.of());
        }

        /** {@return whether the clients are to answer} */
        public boolean wantsAcks() {
            return !requestId.equals(NO_REQUEST);
        }
    }

    /** Adds sockets to rooms. */
    record Join(String from, Target target, Set<String> rooms) implements ClusterMessage {
        /**
         * Refuses null, and copies collections.
         *
         * @param from see {@link #from()}
         * @param target see {@link #target()}
         * @param rooms see {@link #rooms()}
         */
        public Join {
            rooms = Set.copyOf(rooms);
        }
    }

    /** Removes sockets from rooms. */
    record Leave(String from, Target target, Set<String> rooms) implements ClusterMessage {
        /**
         * Refuses null, and copies collections.
         *
         * @param from see {@link #from()}
         * @param target see {@link #target()}
         * @param rooms see {@link #rooms()}
         */
        public Leave {
            rooms = Set.copyOf(rooms);
        }
    }

    /**
     * Disconnects sockets from the namespace.
     *
     * @param closes whether their connections are closed too
     */
    record Disconnect(String from, Target target, boolean closes) implements ClusterMessage {}

    /**
     * Something that the sender has done for its own sockets before is missing in the history of {@link SessionStore},
     * because it could not be published: a client that may have missed it gets no session back. Said only by nodes that
     * keep sessions.
     */
    record Gap(String from) implements ClusterMessage {}

    // ---- requests

    /** Asks each node for its sockets; the answer is one {@link Fetched}. */
    record Fetch(String from, Target target, String requestId) implements ClusterMessage {}

    /** Asks each node for the rooms of its sockets; the answer is one {@link RoomsListed}. */
    record ListRooms(String from, String requestId) implements ClusterMessage {}

    /**
     * An event for the other servers themselves, not their clients. With a request id each server answers with one
     * {@link ServerReply}.
     *
     * @param event a JSON array: the event's name, then its arguments
     * @param trace the trace to which the event belongs; empty if it is not traced
     */
    record ServerEvent(String from, Payload event, String requestId, Map<String, String> trace)
            implements ClusterMessage {
        /**
         * Refuses null, and copies collections.
         *
         * @param from see {@link #from()}
         * @param event see {@link #event()}
         * @param requestId see {@link #requestId()}
         * @param trace see {@link #trace()}
         */
        public ServerEvent {
            trace = Map.copyOf(trace);
        }

        /**
         * An event that is not traced.
         *
         * @param from see {@link #from()}
         * @param event see {@link #event()}
         * @param requestId see {@link #requestId()}
         */
        public ServerEvent(String from, Payload event, String requestId) {
            this(from, event, requestId, Map.of());
        }

        /** {@return whether the servers are to reply} */
        public boolean wantsReply() {
            return !requestId.equals(NO_REQUEST);
        }
    }

    // ---- answers

    /** The sockets of one node. */
    record Fetched(String from, String requestId, List<SocketSnapshot> sockets) implements Response {
        /**
         * Refuses null, and copies collections.
         *
         * @param from see {@link #from()}
         * @param requestId see {@link #requestId()}
         * @param sockets see {@link #sockets()}
         */
        public Fetched {
            sockets = List.copyOf(sockets);
        }
    }

    /** The rooms of one node, including those named after its sockets' ids. */
    record RoomsListed(String from, String requestId, Set<String> rooms) implements Response {
        /**
         * Refuses null, and copies collections.
         *
         * @param from see {@link #from()}
         * @param requestId see {@link #requestId()}
         * @param rooms see {@link #rooms()}
         */
        public RoomsListed {
            rooms = Set.copyOf(rooms);
        }
    }

    /** One server's answer to a {@link ServerEvent}. */
    record ServerReply(String from, String requestId, Payload value) implements Response {}

    /** The number of one node's clients from which a {@link Broadcast} awaits acks. */
    record ClientCount(String from, String requestId, int clients) implements Response {}

    /**
     * One client's answer to a {@link Broadcast}: only its first value, because the wire formats have no room for more.
     */
    record ClientAck(String from, String requestId, Payload value) implements Response {}
}
