package io.gangway;

import io.gangway.recovery.History;
import io.gangway.recovery.Keeping;
import io.gangway.recovery.Keeping.Bounds;
import io.gangway.recovery.Keeping.Refused;
import io.gangway.tasks.Deadlines;
import java.time.Duration;

/** Recovery in one engine: its settings, and what it keeps. Thread-safe. */
final class EngineRecovery {
    /** How late a heartbeat's end may be noticed. */
    private static final Duration LATE = Duration.ofSeconds(2);

    private final Recovery settings;
    private final Keeping keeping;

    EngineRecovery(Recovery settings, Limits limits, Deadlines deadlines) {
        this.settings = settings;
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

    History history() {
        return new History(keeping);
    }

    boolean isFor(Handshake handshake) {
        return settings.isFor(handshake);
    }

    /** What a socket of this client needs to be recovered. */
    SocketRecovery of(Handshake handshake, History history) {
        return new SocketRecovery(
                history,
                keeping,
                handshake.auth("pid").orElse(null),
                handshake.auth("offset").orElse(null),
                settings.skipsInterceptors());
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
