package io.gangway;

import io.gangway.ids.RandomId;
import io.gangway.recovery.Keeping;
import io.gangway.recovery.Keeping.Refused;
import io.gangway.recovery.NodeHistory;
import io.gangway.recovery.Recollection;
import io.gangway.recovery.Session;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A session that this node keeps on its own. */
final class NodeRecovery extends SocketRecovery {
    /** How often a session may be lost to other connections that present the same secret at the same time. */
    private static final int MOST_ATTEMPTS = 100;

    private static final long MOMENT = 1_000_000;

    private final NodeHistory history;
    private final Keeping keeping;
    private final @Nullable String offset;
    private final boolean skipsInterceptors;
    private final @Nullable Session wanted;
    /** Whether the socket does not get the session: asking again, after the interceptors, would count it twice. */
    private boolean givenUp;

    /**
     * @param privateId what the client says its session's private id is; null if it asks for none
     * @param offset the offset of the last event that it received; null if there is none
     */
    NodeRecovery(
            NodeHistory history,
            Keeping keeping,
            @Nullable String privateId,
            @Nullable String offset,
            boolean skipsInterceptors) {
        super(history);
        this.history = history;
        this.keeping = keeping;
        this.offset = offset;
        this.skipsInterceptors = skipsInterceptors;
        this.wanted = privateId == null ? null : history.find(privateId);
        if (privateId != null && wanted == null) {
            keeping.count(Refused.UNKNOWN);
        }
    }

    @Override
    String firstId() {
        return wanted == null ? RandomId.next() : wanted.id();
    }

    @Override
    String newId(String firstId) {
        return wanted == null ? firstId : RandomId.next();
    }

    @Override
    boolean skipsInterceptors() {
        return skipsInterceptors && wanted != null;
    }

    @Override
    @Nullable
    Recollection recollect(String user) {
        Session candidate = wanted;
        if (candidate == null || givenUp) {
            return null;
        }
        if (!skipsInterceptors && !candidate.user().equals(user)) {
            keeping.count(Refused.OTHER_USER);
            return null;
        }
        for (int i = 0; i < MOST_ATTEMPTS; i++) {
            NodeHistory.Found found = history.recollect(candidate, offset);
            Session.Holder elsewhere = found.elsewhere();
            if (elsewhere == null) {
                return found.missed();
            }
            elsewhere.letGo();
            if (history.holder(candidate) == elsewhere) {
                LockSupport.parkNanos(MOMENT); // it is just leaving, on another thread
            }
        }
        keeping.count(Refused.UNKNOWN);
        return null;
    }

    @Override
    boolean take(Recollection recollection, Session.Holder holder) {
        return history.claim(recollection, holder);
    }

    @Override
    void giveBack() {
        givenUp = true;
    }
}
