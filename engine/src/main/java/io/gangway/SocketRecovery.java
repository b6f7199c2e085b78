package io.gangway;

import io.gangway.cluster.Payload;
import io.gangway.protocol.Emission;
import io.gangway.recovery.History;
import io.gangway.recovery.Recollection;
import io.gangway.recovery.Session;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The session of one socket that can be recovered: until it is admitted the one that its client asks for, from then on its
 * own. The first is used only in turns of the client's mailbox; the second is guarded by the history's lock.
 */
abstract class SocketRecovery {
    private final History history;
    private volatile @Nullable Session session;
    private volatile boolean recovered;

    SocketRecovery(History history) {
        this.history = history;
    }

    History history() {
        return history;
    }

    // ---- the session that the client asks for

    /** Looks for the session; null if that takes no time. Never fails, and consumes nothing. */
    @Nullable
    CompletionStage<Void> locate() {
        return null;
    }

    /** The id that the socket has before it is admitted: its old one, if it may get that back. */
    abstract String firstId();

    /** The id of a socket that does not get its session back. */
    abstract String newId(String firstId);

    /** Whether the client may get its session back before any interceptor has run. */
    abstract boolean skipsInterceptors();

    /**
     * Fetches what {@link #recollect} returns; null if that takes no time. Never fails.
     *
     * @param user the user who has signed in; empty if nobody has
     */
    @Nullable
    CompletionStage<Void> fetch(String user) {
        return null;
    }

    /**
     * What the client missed, if it may have its session back. Lets go of another connection that still has it. Called
     * outside; what it returns has to be {@linkplain #claim claimed} inside.
     */
    @Nullable
    abstract Recollection recollect(String user);

    /** The client may not have back all that its session had. */
    void refuse() {
        history.countIncomplete();
    }

    /** Takes the session; false if it has been taken by another connection meanwhile, or has ended. Called inside. */
    boolean claim(Recollection recollection, Session.Holder holder) {
        if (!take(recollection, holder)) {
            return false;
        }
        session = recollection.session();
        recovered = true;
        return true;
    }

    abstract boolean take(Recollection recollection, Session.Holder holder);

    /** The socket does not get the session; if it is this socket's to take, others may take it again. */
    void giveBack() {}

    // ---- the socket's own session

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

    /** A user has signed in. Called inside. */
    void signedIn(String user) {
        Session own = session;
        if (own != null) {
            own.signedIn(user);
        }
    }

    /** The client is away: see {@link History#keep}. Called inside. */
    boolean keep(String user, Set<String> rooms, Payload data, Runnable whenOver) {
        Session own = session;
        return own != null && history.keep(own, user, rooms, data, whenOver);
    }

    /** Whether the socket has left, and its client may come back for what is sent to it. Called inside. */
    boolean isAway() {
        Session own = session;
        return own != null && own.isAway();
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
