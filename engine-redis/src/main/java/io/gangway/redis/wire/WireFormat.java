package io.gangway.redis.wire;

import io.gangway.cluster.ClusterMessage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The wire format of one namespace: how messages are encoded, and on which channel or stream they go. Immutable and
 * thread-safe.
 */
public interface WireFormat {
    /**
     * What a node always subscribes to, in this order. {@link #counted} is last, and is cancelled first: a node that
     * is counted must be able to answer.
     */
    List<Subscription> subscriptions();

    /** What a node also subscribes to while a room has members on it; null if the room has no channel of its own. */
    @Nullable
    Subscription subscription(String room);

    /** The one room that a message on a channel is for; null if the channel's name does not tell. */
    default @Nullable String room(String channel) {
        return null;
    }

    /** The subscription by which the nodes that serve the namespace are counted. */
    Subscription counted();

    /** The channel or stream on which a message to all other nodes goes; cheap, since it encodes nothing. */
    Subscription destination(ClusterMessage message);

    /**
     * Encodes a message to all other nodes, for its {@link #destination}.
     *
     * @throws IllegalArgumentException if the format cannot express a value, naming the value
     */
    OutgoingMessage publish(ClusterMessage message);

    /**
     * Encodes a response to one node.
     *
     * @throws IllegalArgumentException if the format cannot express a value, naming the value
     */
    OutgoingMessage respond(String toNode, ClusterMessage response);

    /**
     * Decodes a message that arrived on a channel.
     *
     * @return null for a message of this node itself, of another namespace, or of a kind that needs no action
     * @throws MalformedMessageException if the message is invalid
     */
    @Nullable
    ClusterMessage read(String channel, byte[] body) throws MalformedMessageException;

    /**
     * Decodes an entry of a stream; for formats that use one.
     *
     * @return null for an entry of this node itself, of another namespace, or of a kind that needs no action
     * @throws MalformedMessageException if the entry is invalid
     */
    default @Nullable ClusterMessage readEntry(Map<String, byte[]> fields) throws MalformedMessageException {
        return null;
    }

    /**
     * The confirmation that the sender of a single-socket request waits for; the node that has the socket sends it.
     *
     * @param request what {@link #read} has made of the body
     * @return null for nearly all requests, which need no confirmation
     * @throws MalformedMessageException if the body is invalid
     */
    default @Nullable Confirmation confirmation(ClusterMessage request, byte[] body) throws MalformedMessageException {
        return null;
    }

    /**
     * A response that is sent once a request has been carried out.
     *
     * @param socket the id of the socket that the request names
     */
    record Confirmation(String socket, OutgoingMessage response) {}

    /** The messages that stay readable for a while after they were sent; null if the format keeps none. */
    default @Nullable History history() {
        return null;
    }

    /** The entries of the namespace's stream, as the history of its messages. */
    interface History {
        /** The stream's name. */
        String stream();

        /** An entry without effect, which gives an empty stream a place to refer to. */
        OutgoingMessage.Append anchor();

        /** The entry with a mark by which this node knows it again; all others ignore the mark. */
        OutgoingMessage marked(OutgoingMessage entry, String mark);

        /** The mark of an entry that this node has sent; {@code ""} if it has none, or another node has sent it. */
        String mark(Map<String, byte[]> fields);

        /**
         * Decodes an entry again, from whichever node.
         *
         * @return null if the entry is of another namespace, or is not kept for clients that are away
         * @throws MalformedMessageException if the entry is invalid
         */
        @Nullable
        ClusterMessage read(Map<String, byte[]> fields) throws MalformedMessageException;
    }

    /** Makes the wire format of a namespace. */
    interface Factory {
        WireFormat format(String namespace, String nodeId);
    }
}
