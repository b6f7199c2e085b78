package io.gangway.recovery;

import io.gangway.protocol.Emission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One thing that happened to a namespace's sockets, and its place in the history. Guarded by the history's lock. */
final class Kept extends ByAge.Element<Kept> implements Happening {
    /** What keeping an event takes besides its contents, in bytes. */
    private static final int OVERHEAD = 200;

    final NodeHistory history;
    final long place;
    final long time;
    private final What what;
    private final Target target;
    /** The event, if it is one. */
    private final @Nullable Emission emission;
    /** The rooms joined or left. */
    private final Set<String> changed;

    private boolean gone;
    private long bytes;

    Kept(
            NodeHistory history,
            long place,
            long time,
            What what,
            Target target,
            @Nullable Emission emission,
            Set<String> changed) {
        this.history = history;
        this.place = place;
        this.time = time;
        this.what = what;
        this.target = target;
        this.emission = emission;
        this.changed = changed;
        this.bytes = size();
    }

    @Override
    public long place() {
        return place;
    }

    @Override
    public String offset() {
        return "";
    }

    @Override
    public What what() {
        return what;
    }

    @Override
    public Set<String> changed() {
        return changed;
    }

    @Override
    public @Nullable Emission emission() {
        return emission;
    }

    @Override
    public boolean concerns(Session session, Set<String> in) {
        return target.contains(session, in);
    }

    long bytes() {
        return bytes;
    }

    /** Counts again: how many bytes more it takes, because more frames have been made; 0 if it is no longer kept. */
    long growth() {
        long before = bytes;
        bytes = gone ? before : size();
        return bytes - before;
    }

    private long size() {
        return OVERHEAD + (emission == null ? 0 : emission.bytes());
    }

    void forget() {
        gone = true;
    }
}
