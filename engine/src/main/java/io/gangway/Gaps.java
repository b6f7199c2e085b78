package io.gangway;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Gap;
import io.gangway.recovery.SharedHistory;
import io.gangway.tasks.Deadlines;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that nobody gets a session back who may have missed something that this node has done and the broker's history
 * lacks, because it could not be published: a {@link Gap} in the history tells all nodes, and until it is there, this node
 * gives no session back. Guarded by the history's lock.
 */
final class Gaps {
    /** How long to wait before the broker is told again. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final SharedHistory history;
    private final String nodeId;
    private final Outgoing outgoing;
    private final Deadlines deadlines;

    private int found;
    /** How many of those found the gap under way stands for. */
    private int told;
    /** On its way to the broker and back, or to be said again; null if there is none. */
    private @Nullable Gap underWay;

    private boolean closed;

    Gaps(SharedHistory history, String nodeId, Outgoing outgoing, Deadlines deadlines) {
        this.history = history;
        this.nodeId = nodeId;
        this.outgoing = outgoing;
        this.deadlines = deadlines;
    }

    /** Something is missing in the history, before whatever gets its place from now on. Called inside. */
    void found() {
        found++;
        history.lacks();
        if (underWay == null) {
            tell();
        }
    }

    private void tell() {
        if (closed) {
            return;
        }
        Gap gap = new Gap(nodeId);
        underWay = gap;
        told = found;
        outgoing.add(gap, failure -> {
            if (failure != null) {
                deadlines.after(PAUSE, () -> tellAgain(gap));
            }
        });
        outgoing.send();
    }

    /** Unless the gap has its place. */
    private void tellAgain(Gap gap) {
        history.enter();
        try {
            if (isUnderWay(gap)) {
                tell();
            }
        } finally {
            history.leave();
        }
    }

    /** This very gap, and not one that says the same. */
    @SuppressWarnings("ReferenceEquality")
    private boolean isUnderWay(ClusterMessage message) {
        return message == underWay;
    }

    /** One of this node's messages has its place. Called inside. */
    void published(ClusterMessage message) {
        if (!isUnderWay(message)) {
            return;
        }
        underWay = null;
        if (told == found) {
            history.told();
        } else {
            tell();
        }
    }

    /** The broker cannot be told any more. Called inside. */
    void close() {
        closed = true;
    }
}
