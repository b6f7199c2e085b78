package io.gangway;

import io.gangway.cluster.SessionStore;
import io.gangway.recovery.History;
import io.gangway.recovery.Keeping;
import io.gangway.recovery.Keeping.Bounds;
import io.gangway.recovery.Keeping.Refused;
import io.gangway.recovery.NodeHistory;
import io.gangway.recovery.Retrieval;
import io.gangway.recovery.SharedHistory;
import io.gangway.tasks.Deadlines;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Recovery in one engine: its settings, and what it keeps. Thread-safe. */
final class EngineRecovery {
    /** How late a heartbeat's end may be noticed. */
    private static final Duration LATE = Duration.ofSeconds(2);

    private final Recovery settings;
    private final Deadlines deadlines;
    private final Keeping keeping;

    EngineRecovery(Recovery settings, Limits limits, Deadlines deadlines) {
        this.settings = settings;
        this.deadlines = deadlines;
        Duration heartbeat = limits.pingInterval().plus(limits.pingTimeout()).plus(LATE);
        this.keeping = new Keeping(
                new Bounds(
                        settings.window(),
                        heartbeat,
                        settings.maxBytes(),
                        settings.maxPackets(),
                        settings.maxSessions()),
                deadlines::after,
                deadlines::now);
    }

    /** The history of a namespace whose sessions stay on this node. */
    History history() {
        return new NodeHistory(keeping);
    }

    /** The history of a namespace whose sessions the broker keeps for all nodes. */
    SharedHistory history(SessionStore store, Executor executor) {
        return new SharedHistory(keeping, store, executor);
    }

    /** The deadlines of the engine. */
    Deadlines deadlines() {
        return deadlines;
    }

    boolean isFor(Handshake handshake) {
        return settings.isFor(handshake);
    }

    /** What a socket of this client needs to be recovered. */
    SocketRecovery of(Handshake handshake, History history, Retrieval.Decoder decoder) {
        String privateId = handshake.auth("pid").orElse(null);
        String offset = handshake.auth("offset").orElse(null);
        boolean skips = settings.skipsInterceptors();
        if (history instanceof SharedHistory shared) {
            Retrieval retrieval = privateId == null ? null : new Retrieval(shared, privateId, offset, decoder);
            return new SharedRecovery(shared, retrieval, skips);
        }
        return new NodeRecovery((NodeHistory) history, keeping, privateId, offset, skips);
    }

    RecoveryCounts counts() {
        return new RecoveryCounts(
                keeping.recovered(),
                keeping.refused(Refused.UNKNOWN),
                keeping.refused(Refused.OTHER_USER),
                keeping.refused(Refused.INCOMPLETE),
                keeping.unkept(),
                keeping.packets(),
                keeping.bytes(),
                keeping.away());
    }

    /** Ends all sessions, when the engine closes. */
    void close() {
        keeping.clear();
    }
}
