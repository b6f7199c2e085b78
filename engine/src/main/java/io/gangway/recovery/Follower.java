package io.gangway.recovery;

import io.gangway.cluster.Missed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What arrives while a client's session is fetched from the store. Guarded by the lock of its {@link SharedHistory}. */
final class Follower {
    /** Longer than any client waits for its session. */
    private static final long LONGEST = Duration.ofSeconds(30).toNanos();

    private final long since;
    private final List<Missed.Entry> entries = new ArrayList<>(0);
    private boolean incomplete;

    Follower(long since) {
        this.since = since;
    }

    boolean isOver(long now) {
        boolean over = now - since > LONGEST;
        incomplete |= over;
        return over;
    }

    void add(Missed.Entry entry, int most) {
        if (entries.size() < most) {
            entries.add(entry);
        } else {
            incomplete = true;
        }
    }

    void interrupt() {
        incomplete = true;
    }

    boolean isComplete() {
        return !incomplete;
    }

    List<Missed.Entry> entries() {
        return entries;
    }
}
