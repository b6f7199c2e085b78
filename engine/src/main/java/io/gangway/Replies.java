package io.gangway;

import java.util.List;
import java.util.Set;

/**
 * What came back from a broadcast with acks: never all or nothing.
 *
 * @param received the answers, in the order they came
 * @param missing the ids of the sockets that left, or did not answer in time
 */
public record Replies(List<Arguments> received, Set<String> missing) {
    public Replies {
        received = List.copyOf(received);
        missing = Set.copyOf(missing);
    }

    /** Whether all answered. */
    public boolean isComplete() {
        return missing.isEmpty();
    }
}
