package io.gangway.redis.wire;

import io.gangway.cluster.ClusterMessage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the messages of one namespace look like in Redis, and where they go. Immutable and thread-safe; knows no connection.
 */
public interface WireFormat {
    /**
     * What this node listens to for the namespace, in the order of subscribing: the one that counts nodes comes last, and
     * is given up first, for whoever is counted has to be able to answer.
     */
    List<Subscription> subscriptions();

    /** What this node listens to besides while a room has members; null if it hears the room anyway. */
    @Nullable
    Subscription subscription(String room);

    /** The one room that a message on this channel is for; null if the channel's name does not tell. */
    default @Nullable String room(String channel) {
        return null;
    }

    /** The subscription whose subscribers are the nodes that serve the namespace. */
    Subscription counted();

    /** Where a message to all other nodes goes: what is subscribed to there, or the stream. Writes nothing, so it is quick. */
    Subscription destination(ClusterMessage message);

    /**
     * The command that says a message to all other nodes, at its {@link #destination}.
     *
     * @throws IllegalArgumentException if a value cannot be written, naming it
     */
    OutgoingMessage publish(ClusterMessage message);

    /**
     * The command that answers a node.
     *
     * @throws IllegalArgumentException if a value cannot be written, naming it
     */
    OutgoingMessage respond(String toNode, ClusterMessage response);

    /**
     * What came over a subscription.
     *
     * @return null for what this node said itself, and for what concerns no node of ours
     * @throws MalformedMessageException if it makes no sense
     */
    @Nullable
    ClusterMessage read(String channel, byte[] body) throws MalformedMessageException;

    /**
     * What an entry of a stream says; formats that use no stream have none.
     *
     * @return null for what this node said itself, and for what is for another namespace or says nothing
     * @throws MalformedMessageException if it makes no sense
     */
    default @Nullable ClusterMessage readEntry(Map<String, byte[]> fields) throws MalformedMessageException {
        return null;
    }

    /**
     * What is said to a sender that waits until its request to one socket has had its effect; the socket's node says it.
     *
     * @param request what was read of the body
     * @return null for nearly all requests, whose senders wait for nothing
     * @throws MalformedMessageException if it makes no sense
     */
    default @Nullable Confirmation confirmation(ClusterMessage request, byte[] body) throws MalformedMessageException {
        return null;
    }

    /**
     * What is said once a request has had its effect.
     *
     * @param socket the id of the one whose node says it
     */
    record Confirmation(String socket, OutgoingMessage response) {}

    /** Makes the wire format of a namespace. */
    interface Factory {
        WireFormat format(String namespace, String nodeId);
    }
}
