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
    private long bytes;
    private boolean incomplete;

    Follower(long since) {
        this.since = since;
    }

    boolean isOver(long now) {
        boolean over = now - since > LONGEST;
        incomplete |= over;
        return over;
    }

    /** @param size roughly what the entry takes, in bytes */
    void add(Missed.Entry entry, long size, Keeping.Bounds bounds) {
        if (incomplete) {
            return;
        }
        if (entries.size() < bounds.packets() && bytes + size <= bounds.bytes()) {
            entries.add(entry);
            bytes += size;
        } else {
            interrupt();
        }
    }

    /** It is of no use any more. */
    void interrupt() {
        incomplete = true;
        entries.clear();
    }

    boolean isComplete() {
        return !incomplete;
    }

    List<Missed.Entry> entries() {
        return entries;
    }
}
