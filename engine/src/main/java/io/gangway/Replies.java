package io.gangway;

import java.util.List;
import java.util.Set;

/**
 * What came back from a broadcast with acks: never all or nothing.
 *
 * @param received the answers, in the order they came; of a client of another node its first value
 * @param missing the ids of this node's sockets that left, or did not answer in time
 * @param missingElsewhere how many clients of other nodes did not answer in time
 * @param missingNodes how many other nodes did not tell whom they ask; 1 if the other nodes could not be reached, however
 *     many they are
 */
public record Replies(List<Arguments> received, Set<String> missing, int missingElsewhere, int missingNodes) {
    public Replies {
        received = List.copyOf(received);
        missing = Set.copyOf(missing);
    }

    /** Whether all answered. */
    public boolean isComplete() {
        return missing.isEmpty() && missingElsewhere == 0 && missingNodes == 0;
    }
}
