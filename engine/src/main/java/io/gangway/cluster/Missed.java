package io.gangway.cluster;

import java.util.List;

/**
 * What a channel's history has after an offset.
 *
 * @param complete whether these are all messages after the offset; if not, some of them are gone, or there are more than
 *     the limits allow, or the offset is not of this history. Then {@code entries} are empty
 * @param entries the messages in the broker's order
 */
public record Missed(boolean complete, List<Entry> entries) {
    /** Not complete. */
    public static final Missed INCOMPLETE = new Missed(false, List.of());

    /**
     * A message and its place in the history.
     *
     * @param offset the broker's offset of the message
     * @param message a {@link ClusterMessage.Broadcast} without acks, a {@link ClusterMessage.Join}, a
     *     {@link ClusterMessage.Leave}, a {@link ClusterMessage.Disconnect} or a {@link ClusterMessage.Gap}, from whichever
     *     node
     */
    public record Entry(String offset, ClusterMessage message) {}

    /**
     * How much a client may have missed.
     *
     * @param packets the greatest number of messages
     * @param bytes their greatest size together
     */
    public record Limits(int packets, long bytes) {}

    /**
     * Copies collections.
     *
     * @param complete see {@link #complete()}
     * @param entries see {@link #entries()}
     */
    public Missed {
        entries = List.copyOf(entries);
    }
}
