package io.gangway;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.Target;
import io.gangway.protocol.Emission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One of this node's own events on its way to the broker and back, and what waits for it: see {@link RoundTrips}. */
final class Trip {
    /** What waits for an event, for one socket or for all. */
    record Follower(@Nullable Recipient socket, Runnable task) {}

    final Broadcast message;
    final Selection selection;
    final Emission emission;
    final long since = System.nanoTime();

    // Written inside the history.
    boolean delivered;
    boolean failed;

    // Guarded by the lock of the round trips.
    boolean open = true;
    final List<Follower> followers = new ArrayList<>(0);

    Trip(Broadcast message, Selection selection, Emission emission) {
        this.message = message;
        this.selection = selection;
        this.emission = emission;
    }

    boolean selects(Recipient socket) {
        return (selection.rooms().isEmpty() || socket.isInAny(selection.rooms()))
                && !socket.isInAny(selection.except());
    }

    boolean isFollowedBy(Recipient socket) {
        for (Follower follower : followers) {
            if (follower.socket == socket) {
                return true;
            }
        }
        return false;
    }

    /** Takes what waits for one socket. */
    List<Runnable> take(Recipient socket) {
        List<Runnable> tasks = new ArrayList<>(0);
        followers.removeIf(follower -> follower.socket == socket && tasks.add(follower.task));
        return tasks;
    }

    /** What the other nodes are told of an event. */
    static Broadcast broadcast(String nodeId, Selection selection, Emission emission, Map<String, String> trace) {
        return new Broadcast(
                nodeId,
                new Target(selection.rooms(), selection.except()),
                ElementsPayload.array(emission.elements()),
                emission.delivery().isLossy(),
                ClusterMessage.NO_REQUEST,
                Duration.ZERO,
                trace);
    }
}
