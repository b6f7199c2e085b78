package io.gangway.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The sessions of one namespace's clients that are away, kept for all nodes, and the history of the namespace's messages.
 * Thread-safe; no method blocks, and stages complete on threads that must not be blocked.
 *
 * <p>A channel whose sessions the engine has asked for keeps its messages in one order for all nodes, the history:
 * broadcasts without acks, joins, leaves, disconnects and gaps. Each has an offset, and
 *
 * <ul>
 *   <li>{@link Cluster.Inbound#message} brings those of other nodes in this order, with their offsets;
 *   <li>{@link Cluster.Inbound#published} tells the offset of this node's own message at the message's place in this order;
 *   <li>then the stage of {@link Cluster.Channel#publish} completes with the offset. Whoever looks at the stage only after it
 *       has completed is too late to keep the order.
 * </ul>
 */
public interface SessionStore {
    /**
     * Keeps a session until it is claimed or the time is up. Saving a session again replaces it.
     *
     * @param session the session
     * @param window how long
     * @return completes once another node can find it; fails if the store cannot be reached
     */
    CompletionStage<Void> save(StoredSession session, Duration window);

    /**
     * Looks up a session. Finding it consumes nothing.
     *
     * @param privateId what a client says its session's private id is; any text
     * @return the session, if there is one; fails if the store cannot be reached
     */
    CompletionStage<Optional<StoredSession>> find(String privateId);

    /**
     * Asks the other nodes for a session whose client is, as far as they know, still connected to one of them: see
     * {@link Cluster.Inbound#holds}. Asking changes nothing, and that client notices nothing.
     *
     * @param privateId what a client says its session's private id is; any text
     * @return the id of that client's socket; empty if no node has said so within the backend's time, at most a second
     */
    CompletionStage<Optional<String>> holder(String privateId);

    /**
     * Asks the other nodes to let go of a session whose client is, as far as they know, still connected to one of them,
     * and to save it: see {@link Cluster.Inbound#recall}.
     *
     * @param privateId the private id
     * @param user the user who has signed in, {@code ""} if nobody has; empty if whoever knows the private id may have the
     *     session
     * @return what that node has done; {@link Recall#NOT_HERE} if no node has said so within the backend's time, at most a
     *     second
     */
    CompletionStage<Recall> recall(String privateId, Optional<String> user);

    /** What a node has done that was asked to let go of a session. */
    enum Recall {
        /** The session's client is not connected to it. */
        NOT_HERE,
        /** Nothing: the session is bound to another user. */
        OTHER_USER,
        /** It has disconnected the client; the session has been saved, unless it has ended or the store is unreachable. */
        LET_GO
    }

    /**
     * Takes a session, if it is there unchanged since it was found.
     *
     * @param found the session, as found
     * @return true for one caller only, on whichever node; fails if the store cannot be reached
     */
    CompletionStage<Boolean> claim(StoredSession found);

    /**
     * Reads the history after an offset.
     *
     * @param afterOffset the offset of the last message that is not wanted
     * @param limits how much to read
     * @return the messages; fails if the history cannot be reached
     */
    CompletionStage<Missed> missed(String afterOffset, Missed.Limits limits);

    /**
     * {@return the offset of the newest message that has been published or passed to {@code Inbound}; an offset before the
     * first if there was none yet}
     */
    String latestOffset();

    /**
     * {@return whether this text has the form of an offset of this store}
     *
     * @param text any text
     */
    boolean isOffset(String text);

    /**
     * Compares two offsets by their places. Called with locks held, as {@link #latestOffset} and {@link #isOffset} are: it
     * waits for nothing.
     *
     * @param one an offset
     * @param other another
     * @return as {@link java.util.Comparator#compare}
     */
    int compare(String one, String other);
}
