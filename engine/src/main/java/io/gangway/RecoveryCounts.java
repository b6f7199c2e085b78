package io.gangway;

/**
 * What {@link Recovery} has done since the engine was built, and what it keeps now. In a cluster whose broker keeps the
 * sessions, these are the node's own deeds, and {@code packets}, {@code bytes} and {@code away} are 0: the broker keeps the
 * events and sessions for all nodes.
 *
 * @param recovered how many clients got their sessions back
 * @param unknown how many came with a secret of no session, because it was over or had never been
 * @param otherUser how many came with the secret of another user's session
 * @param incomplete how many had missed more than was kept, or been in more rooms than the limits allow now; or came while
 *     the broker that keeps their sessions did not answer
 * @param unkept how many sessions were not kept because too many clients were away, or their rooms and data took too much; or
 *     because the broker was away, or has no place for an event of this node that the client may have missed
 * @param packets how many events are kept
 * @param bytes how much memory they take, estimated
 * @param away how many clients are away whose sessions are kept
 */
public record RecoveryCounts(
        long recovered, long unknown, long otherUser, long incomplete, long unkept, int packets, long bytes, int away) {
    /** The counts of an engine without recovery. */
    static final RecoveryCounts NONE = new RecoveryCounts(0, 0, 0, 0, 0, 0, 0, 0);
}
