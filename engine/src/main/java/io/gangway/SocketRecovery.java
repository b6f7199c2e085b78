package io.gangway;

import io.gangway.cluster.Payload;
import io.gangway.ids.RandomId;
import io.gangway.protocol.Emission;
import io.gangway.recovery.History;
import io.gangway.recovery.Keeping;
import io.gangway.recovery.Keeping.Refused;
import io.gangway.recovery.Recollection;
import io.gangway.recovery.Session;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The session of one socket that can be recovered: until it is admitted the one that its client asks for, from then on its
 * own. The first is used only in turns of the client's mailbox; the second is guarded by the history's lock.
 */
final class SocketRecovery {
    /** How often a session may be lost to other connections that present the same secret at the same time. */
    private static final int MOST_ATTEMPTS = 100;

    private static final long MOMENT = 1_000_000;

    private final History history;
    private final Keeping keeping;
    private final @Nullable String offset;
    private final boolean skipsInterceptors;
    private final @Nullable Session wanted;

    private volatile @Nullable Session session;
    private volatile boolean recovered;

    /**
     * @param privateId what the client says its session's private id is; null if it asks for none
     * @param offset the offset of the last event that it received; null if there is none
     */
    SocketRecovery(
            History history,
            Keeping keeping,
            @Nullable String privateId,
            @Nullable String offset,
            boolean skipsInterceptors) {
        this.history = history;
        this.keeping = keeping;
        this.offset = offset;
        this.skipsInterceptors = skipsInterceptors;
        this.wanted = privateId == null ? null : history.find(privateId);
        if (privateId != null && wanted == null) {
            keeping.count(Refused.UNKNOWN);
        }
    }

    History history() {
        return history;
    }

    /** The id that the socket has before it is admitted: its old one, if it may get that back. */
    String firstId() {
        return wanted == null ? RandomId.next() : wanted.id();
    }

    /** The id of a socket that does not get its session back. */
    String newId(String firstId) {
        return wanted == null ? firstId : RandomId.next();
    }

    /** Whether the client may get its session back before any interceptor has run. */
    boolean skipsInterceptors() {
        return skipsInterceptors && wanted != null;
    }

    /**
     * What the client missed, if it may have its session back. Lets go of another connection that still has it. Called
     * outside; what it returns has to be {@linkplain #claim claimed} inside.
     *
     * @param user the user who has signed in; empty if nobody has
     */
    @Nullable
    Recollection recollect(String user) {
        Session candidate = wanted;
        if (candidate == null) {
            return null;
        }
        if (!skipsInterceptors && !candidate.user().equals(user)) {
            keeping.count(Refused.OTHER_USER);
            return null;
        }
        for (int i = 0; i < MOST_ATTEMPTS; i++) {
            Session.Holder elsewhere = history.holder(candidate);
            if (elsewhere == null) {
                return history.recollect(candidate, offset);
            }
            elsewhere.letGo();
            if (history.holder(candidate) == elsewhere) {
                LockSupport.parkNanos(MOMENT); // it is just leaving, on another thread
            }
        }
        return null;
    }

    /** The client may not have back all that its session had. */
    void refuse() {
        keeping.count(Refused.INCOMPLETE);
    }

    /** Takes the session; false if it has been taken by another connection meanwhile, or has ended. Called inside. */
    boolean claim(Recollection recollection, Session.Holder holder) {
        if (!history.claim(recollection, holder)) {
            return false;
        }
        session = recollection.session();
        recovered = true;
        return true;
    }

    /** Begins a new session. Called inside. */
    void begin(String id, String user, Session.Holder holder) {
        session = history.begin(id, user, holder);
    }

    /** Gives an event for the socket alone its place in the history. Called inside. */
    void place(Emission emission) {
        Session own = session;
        if (own != null) {
            history.place(emission, own);
        }
    }

    /** The socket joined a room, or left it. Called inside. */
    void changed(String room, boolean joined) {
        Session own = session;
        if (own != null) {
            history.changed(own, room, joined);
        }
    }

    /** The client is away: see {@link History#keep}. Called inside. */
    boolean keep(String user, Set<String> rooms, Payload data, Runnable whenOver) {
        Session own = session;
        return own != null && history.keep(own, user, rooms, data, whenOver);
    }

    /** Ends the session, because the client or the application wanted the socket to leave. Called inside. */
    void end() {
        Session own = session;
        if (own != null) {
            history.end(own);
        }
    }

    String privateId() {
        return Objects.requireNonNull(session).privateId();
    }

    /** Whether the socket is back, with its session. */
    boolean isRecovered() {
        return recovered;
    }
}
