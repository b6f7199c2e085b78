package io.gangway.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What one node says to others about one namespace. Those with a request id want answers that carry it. */
public sealed interface ClusterMessage {
    /** The request id of a message that wants no answer. */
    String NO_REQUEST = "";

    /** The node that says it; {@code ""} if the wire format does not tell. */
    String from();

    /** A message that answers another one. */
    sealed interface Response extends ClusterMessage {
        String requestId();
    }

    // ---- what is to be done

    /**
     * An event for clients. With a request id each node answers with one {@link ClientCount}, then a {@link ClientAck} for
     * each client that answers in time.
     *
     * @param event a JSON array: the event's name, then its arguments
     * @param lossy whether it may be dropped for a client to which it cannot be written at once
     * @param timeout how long clients may take to answer; zero if no answer is wanted
     */
    record Broadcast(String from, Target target, Payload event, boolean lossy, String requestId, Duration timeout)
            implements ClusterMessage {
        public boolean wantsAcks() {
            return !requestId.equals(NO_REQUEST);
        }
    }

    /** Has sockets enter rooms. */
    record Join(String from, Target target, Set<String> rooms) implements ClusterMessage {
        public Join {
            rooms = Set.copyOf(rooms);
        }
    }

    /** Has sockets leave rooms. */
    record Leave(String from, Target target, Set<String> rooms) implements ClusterMessage {
        public Leave {
            rooms = Set.copyOf(rooms);
        }
    }

    /**
     * Takes sockets out of the namespace.
     *
     * @param closes whether their connections are closed too
     */
    record Disconnect(String from, Target target, boolean closes) implements ClusterMessage {}

    // ---- what is asked

    /** Asks each node for its sockets; the answer is one {@link Fetched}. */
    record Fetch(String from, Target target, String requestId) implements ClusterMessage {}

    /** Asks each node for the rooms that its sockets are in; the answer is one {@link RoomsListed}. */
    record ListRooms(String from, String requestId) implements ClusterMessage {}

    /**
     * An event for the other servers themselves. With a request id each answers with one {@link ServerReply}.
     *
     * @param event a JSON array: the event's name, then its arguments
     */
    record ServerEvent(String from, Payload event, String requestId) implements ClusterMessage {
        public boolean wantsReply() {
            return !requestId.equals(NO_REQUEST);
        }
    }

    // ---- what is answered

    /** The sockets of one node. */
    record Fetched(String from, String requestId, List<SocketSnapshot> sockets) implements Response {
        public Fetched {
            sockets = List.copyOf(sockets);
        }
    }

    /** The rooms of one node, those of its sockets' ids included. */
    record RoomsListed(String from, String requestId, Set<String> rooms) implements Response {
        public RoomsListed {
            rooms = Set.copyOf(rooms);
        }
    }

    /** One server's answer to a {@link ServerEvent}. */
    record ServerReply(String from, String requestId, Payload value) implements Response {}

    /** How many clients of one node a {@link Broadcast} is waiting for. */
    record ClientCount(String from, String requestId, int clients) implements Response {}

    /** One client's answer to a {@link Broadcast}: its first value, for more the wire formats have no place. */
    record ClientAck(String from, String requestId, Payload value) implements Response {}
}
