package io.gangway.recovery;

import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.Gap;
import io.gangway.cluster.Missed;
import io.gangway.cluster.SessionStore;
import io.gangway.cluster.SessionStore.Recall;
import io.gangway.cluster.StoredSession;
import io.gangway.logs.SparingLog;
import io.gangway.protocol.Emission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Brings the session of one client back from the store that all nodes share. The steps: {@link #locate} before the verdict
 * about the client, which changes nothing anywhere; {@link #fetch} after it, which has the session's holder let go, and
 * claims the session; then {@link #recollection}, and {@link #claim} with the socket's admission. One thread at a time does
 * one step.
 *
 * <p>A step never takes longer than {@link #PATIENCE}: then the client gets a new session, and what is under way for it has
 * no effect any more, or is undone.
 */
public final class Retrieval {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(Retrieval.class));

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** How often a session may be lost to other connections that present the same secret at the same time. */
    private static final int MOST_ATTEMPTS = 20;
    /** How often it is looked whether the history that was read has passed by this node, before the session is claimed. */
    private static final Duration LOOK = Duration.ofMillis(5);

    private static final int MOST_LOOKS = 100;

    /** How long a session that was there before the verdict may be on its way to another node that has claimed it. */
    private static final Duration CLAIMING = Duration.ofMillis(25);

    /** Reads an event of another node. */
    public interface Decoder {
        /** The event; null if it cannot be read. */
        @Nullable
        Emission emission(Broadcast broadcast);
    }

    private final SharedHistory history;
    private final SessionStore store;
    private final String privateId;
    private final @Nullable String offset;
    private final Decoder decoder;

    /** The id of the client's old socket; null if there is none. */
    private volatile @Nullable String id;

    /** The session, if its client was away before the verdict. */
    private volatile @Nullable StoredSession found;

    private volatile @Nullable Fetched fetched;

    /** Whether the client has been told that it gets a new session. */
    private volatile boolean isTooLate;

    /** Where the session was before the verdict: in the store, or else with a client that is connected to another node. */
    private record Located(String id, @Nullable StoredSession session) {}

    /** A session that has been claimed at a time, what is kept of it after a place, and what arrived since. */
    private record Fetched(StoredSession session, long claimed, String floor, Missed missed, Follower follower) {}

    /** Why a client gets no session, or its session; or neither: to be tried again. */
    private record Outcome(
            Keeping.@Nullable Refused refused, @Nullable Fetched fetched) {
        static final Outcome AGAIN = new Outcome(null, null);

        boolean isOpen() {
            return refused == null && fetched == null;
        }

        static CompletionStage<Outcome> refused(Keeping.Refused why) {
            return CompletableFuture.completedStage(new Outcome(why, null));
        }
    }

    /** @param offset the offset of the last event that the client received; null if there is none */
    public Retrieval(SharedHistory history, String privateId, @Nullable String offset, Decoder decoder) {
        this.history = history;
        this.store = history.store();
        this.privateId = privateId;
        this.offset = offset != null && store.isOffset(offset) ? offset : null;
        this.decoder = decoder;
    }

    // ---- before the verdict

    /** Looks for the session, here, in the store, and on the other nodes; never fails. Changes nothing. */
    public CompletionStage<Void> locate() {
        Session here = history.find(privateId);
        if (here != null) {
            id = here.id();
            return CompletableFuture.completedStage(null);
        }
        return search().toCompletableFuture()
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .handle((located, failure) -> {
                    if (failure != null) {
                        history.keeping.count(Keeping.Refused.INCOMPLETE);
                        sparing.warn("cannot look for a client's session: {}", why(failure));
                    } else if (located.isEmpty()) {
                        history.keeping.count(Keeping.Refused.UNKNOWN);
                    } else {
                        id = located.get().id;
                        found = located.get().session;
                    }
                    return null;
                });
    }

    private static String why(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof TimeoutException
                ? "the broker has not answered within " + PATIENCE.toMillis() + " ms"
                : String.valueOf(cause);
    }

    private CompletionStage<Optional<Located>> search() {
        return history.saves()
                .done(privateId)
                .thenCompose(saved -> inStore())
                .thenCompose(away -> away.isPresent() ? CompletableFuture.completedStage(away) : elsewhere());
    }

    private CompletionStage<Optional<Located>> inStore() {
        return store.find(privateId).thenApply(session -> session.map(there -> new Located(there.id(), there)));
    }

    /** The other nodes are asked; then the store once more, in which one of them may just have saved it. */
    private CompletionStage<Optional<Located>> elsewhere() {
        return store.holder(privateId)
                .thenCompose(holder -> holder.isPresent()
                        ? CompletableFuture.completedStage(holder.map(id -> new Located(id, null)))
                        : inStore());
    }

    /** The id of the client's old socket, if there is one. */
    public @Nullable String id() {
        return id;
    }

    // ---- after the verdict

    /**
     * Claims the session, and reads what the client missed; never fails. Lets go of another connection of the client, on
     * whichever node.
     *
     * @param user the user who has signed in, empty if nobody has; null if whoever knows the secret gets the session
     */
    public CompletionStage<Void> fetch(@Nullable String user) {
        CompletableFuture<Outcome> result = new CompletableFuture<>();
        CompletionStage<Void> unused = attempt(Optional.ofNullable(user), MOST_ATTEMPTS)
                .handle((outcome, failure) -> {
                    if (failure != null) {
                        result.completeExceptionally(failure);
                    } else if (!result.complete(outcome)) {
                        giveBack(outcome.fetched);
                    }
                    return null;
                });
        return result.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    isTooLate = true;
                    sparing.warn("cannot give a client its session back: {}", why(failure));
                    return new Outcome(Keeping.Refused.INCOMPLETE, null);
                })
                .thenAccept(outcome -> {
                    if (outcome.refused != null) {
                        history.keeping.count(outcome.refused);
                    }
                    fetched = outcome.fetched;
                });
    }

    private CompletionStage<Outcome> attempt(Optional<String> user, int attempts) {
        StoredSession known = found;
        found = null;
        return (known == null ? seek(user) : takeIfOf(user, known)).thenCompose(outcome -> {
            if (attempts == 0 || isTooLate) {
                return CompletableFuture.completedStage(outcome);
            }
            if (outcome.refused == Keeping.Refused.UNKNOWN) { // another node has claimed it, and will have it soon
                return later(CLAIMING).thenCompose(now -> attempt(user, attempts - 1));
            }
            return outcome.isOpen() ? attempt(user, attempts - 1) : CompletableFuture.completedStage(outcome);
        });
    }

    private CompletionStage<Void> later(Duration delay) {
        CompletableFuture<Void> later = new CompletableFuture<>();
        history.keeping.after(delay, () -> later.complete(null));
        return later;
    }

    /** Takes the session from the store, once whoever had it has let go of it: first a client of this node. */
    private CompletionStage<Outcome> seek(Optional<String> user) {
        return history.recall(privateId, user)
                .thenCompose(here -> takeAfter(here, user))
                .thenCompose(outcome -> outcome.refused != Keeping.Refused.UNKNOWN || isTooLate
                        ? CompletableFuture.completedStage(outcome)
                        : store.recall(privateId, user).thenCompose(there -> takeAfter(there, user)));
    }

    private CompletionStage<Outcome> takeAfter(Recall recall, Optional<String> user) {
        if (recall == Recall.OTHER_USER) {
            return Outcome.refused(Keeping.Refused.OTHER_USER);
        }
        return store.find(privateId)
                .thenCompose(session ->
                        session.isEmpty() ? Outcome.refused(Keeping.Refused.UNKNOWN) : takeIfOf(user, session.get()));
    }

    /** A session of Node.js is bound to nobody. */
    private CompletionStage<Outcome> takeIfOf(Optional<String> user, StoredSession session) {
        return user.isPresent() && !user.get().equals(session.user().orElse(""))
                ? Outcome.refused(Keeping.Refused.OTHER_USER)
                : take(session);
    }

    private CompletionStage<Outcome> take(StoredSession session) {
        String floor = floor(session);
        Follower follower = floor == null ? null : history.follow();
        if (floor == null || follower == null) {
            return Outcome.refused(Keeping.Refused.INCOMPLETE);
        }
        Keeping.Bounds bounds = history.keeping.bounds();
        return store.missed(floor, new Missed.Limits(bounds.packets(), bounds.bytes()))
                .thenCompose(
                        missed -> take(session, new Fetched(session, history.keeping.now(), floor, missed, follower)))
                .whenComplete((outcome, failure) -> {
                    if (outcome == null || outcome.fetched == null) {
                        history.unfollow(follower);
                    }
                });
    }

    private CompletionStage<Outcome> take(StoredSession session, Fetched candidate) {
        List<Missed.Entry> entries = candidate.missed.entries();
        boolean hasGap = entries.stream().anyMatch(entry -> entry.message() instanceof Gap);
        if (!candidate.missed.complete() || hasGap || isTooLate) {
            return Outcome.refused(Keeping.Refused.INCOMPLETE);
        }
        String last = entries.isEmpty()
                ? candidate.floor
                : entries.get(entries.size() - 1).offset();
        return hasPassed(last, MOST_LOOKS)
                .thenCompose(passed -> passed && !isTooLate
                        ? store.claim(session)
                                .thenApply(claimed -> claimed ? new Outcome(null, candidate) : Outcome.AGAIN)
                        : Outcome.refused(Keeping.Refused.INCOMPLETE));
    }

    /**
     * Up to where the client has received everything: its offset, but not before the session's start, and not after its
     * end, lest it skip what happened to its rooms meanwhile. Null if that is not known.
     */
    private @Nullable String floor(StoredSession session) {
        String floor = offset;
        String start = session.start().orElse(null);
        if (start != null && (floor == null || store.compare(start, floor) > 0)) {
            floor = start;
        }
        String left = session.left().orElse(null);
        return floor != null && left != null && store.compare(floor, left) > 0 ? left : floor;
    }

    /** Whether all that was read from the store has passed by this node: else it would be delivered once more. */
    private CompletionStage<Boolean> hasPassed(String last, int looks) {
        boolean passed = history.hasReached(last);
        return passed || looks == 0
                ? CompletableFuture.completedStage(passed)
                : later(LOOK).thenCompose(now -> hasPassed(last, looks - 1));
    }

    // ---- the admission

    /** What the client missed, to be {@linkplain #claim claimed} inside; null if it does not get its session back. */
    public @Nullable Recollection recollection() {
        Fetched known = fetched;
        if (known == null) {
            return null;
        }
        StoredSession stored = known.session;
        Session session = new Session(
                privateId,
                stored.id(),
                stored.user().orElse(""),
                new Session.Start(0, known.floor, history.keeping.now()),
                null);
        List<Arrival> arrivals = new ArrayList<>();
        for (Missed.Entry entry : known.missed.entries()) {
            arrivals.add(new Arrival(arrivals.size() + 1, entry, decoder));
        }
        List<Session.Change> changes = new ArrayList<>();
        for (StoredSession.Change change : stored.changes()) {
            changes.add(new Session.Change(
                    placeOf(change.offset(), arrivals), change.offset(), change.room(), change.joined()));
        }
        Collections.reverse(changes);
        long left = stored.left().isEmpty() ? 0 : placeOf(stored.left().get(), arrivals);
        Set<String> rooms = new HashSet<>(stored.rooms());
        rooms.remove(stored.id());
        Recollection read = new Recollection.Excerpt(session, 0, left, rooms, stored.data(), changes, arrivals).read();
        if (!read.isReadable()) {
            history.countIncomplete();
            return null;
        }
        return read;
    }

    /** The place of the last entry that is not newer than an offset. */
    private long placeOf(String at, List<Arrival> arrivals) {
        int low = 0;
        int high = arrivals.size();
        while (low < high) {
            int middle = (low + high) / 2;
            if (store.compare(arrivals.get(middle).offset(), at) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Gives the claimed session to the client; follows the history to its end before. False if too much has happened.
     * Called inside, together with the socket's admission.
     */
    public boolean claim(Recollection recollection, Session.Holder holder) {
        Fetched known = fetched;
        fetched = null;
        if (known == null) {
            return false;
        }
        history.unfollow(known.follower);
        long place = known.missed.entries().size();
        for (Missed.Entry entry : known.follower.entries()) {
            if (isNewer(entry, known)) {
                recollection.follow(new Arrival(++place, entry, decoder));
            }
        }
        if (!known.follower.isComplete() || recollection.isExpelled() || !recollection.isReadable()) {
            history.keeping.count(recollection.isExpelled() ? Keeping.Refused.UNKNOWN : Keeping.Refused.INCOMPLETE);
            return false;
        }
        List<Session.Change> changes = new ArrayList<>();
        for (StoredSession.Change change : known.session.changes()) {
            changes.add(new Session.Change(0, change.offset(), change.room(), change.joined()));
        }
        changes.addAll(recollection.changes());
        history.admit(recollection.session(), changes, holder);
        return true;
    }

    private boolean isNewer(Missed.Entry entry, Fetched known) {
        List<Missed.Entry> entries = known.missed.entries();
        String last = entries.isEmpty()
                ? known.floor
                : entries.get(entries.size() - 1).offset();
        return store.compare(entry.offset(), last) > 0;
    }

    /** The client has left before it could be admitted: it, or another node, may claim the session again. */
    public void giveBack() {
        Fetched known = fetched;
        fetched = null;
        giveBack(known);
    }

    private void giveBack(@Nullable Fetched claimed) {
        if (claimed != null) {
            history.unfollow(claimed.follower);
            history.saves().undoClaim(claimed.session, claimed.claimed);
        }
    }
}
