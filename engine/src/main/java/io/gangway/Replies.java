package io.gangway;

import java.util.List;
import java.util.Set;

/**
 * The result of a broadcast with acks, complete or partial.
 *
 * @param received the acks in the order of arrival; only the first value of a client on another node
 * @param missing the ids of this node's sockets that left or did not answer in time
 * @param missingElsewhere how many clients on other nodes did not answer in time
 * @param missingNodes how many other nodes did not report how many clients they ask; 1 if the other nodes could not be
 *     reached, whatever their number
 */
public record Replies(List<Arguments> received, Set<String> missing, int missingElsewhere, int missingNodes) {
    /**
     * Refuses null, and copies collections.
     *
     * @param received see {@link #received()}
     * @param missing see {@link #missing()}
     * @param missingElsewhere see {@link #missingElsewhere()}
     * @param missingNodes see {@link #missingNodes()}
     */
    public Replies {
        received = List.copyOf(received);
        missing = Set.copyOf(missing);
    }

    /** {@return whether all clients answered} */
    public boolean isComplete() {
        return missing.isEmpty() && missingElsewhere == 0 && missingNodes == 0;
    }
}
