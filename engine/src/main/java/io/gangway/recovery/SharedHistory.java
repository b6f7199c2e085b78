package io.gangway.recovery;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.Gap;
import io.gangway.cluster.Missed;
import io.gangway.cluster.Payload;
import io.gangway.cluster.SessionStore;
import io.gangway.cluster.SessionStore.Recall;
import io.gangway.cluster.StoredSession;
import io.gangway.protocol.Emission;
import io.gangway.protocol.PacketCodec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The history of one namespace that the broker keeps for all nodes, as this node sees it pass by, and the sessions of the
 * clients that are connected to this node. Those of clients that are away are in the {@link SessionStore}. Thread-safe.
 *
 * <p>Places are in the broker's order: each message, also this node's own, has its place when it {@linkplain #arrived
 * arrives}, and is delivered to this node's sockets then. Offsets are the broker's.
 */
public final class SharedHistory extends History {
    /** How many of the offsets of the past are remembered for one heartbeat. */
    private static final int SAMPLES = 16;

    /** How long to wait for a holder that is just leaving, on another thread, before it is asked again. */
    private static final Duration MOMENT = Duration.ofMillis(1);
    /** How often a holder that is just leaving is asked to let go of its session. */
    private static final int MOST_ATTEMPTS = 100;

    private final SessionStore store;
    private final Executor executor;
    private final Duration interval;
    private final Saves saves;

    // Guarded by the lock.
    private final List<Follower> followers = new ArrayList<>(0);
    private final Deque<Sample> samples = new ArrayDeque<>();
    private boolean sampling;
    /** Whether something was sent that has no place yet, and may get none. */
    private boolean interrupted;
    /** Whether something of this node is missing in the history without a mark. */
    private boolean lacking;
    /** When something was sent last that had no place; null if never. */
    private @Nullable Long gap;

    /** What had been sent at a time. */
    private record Sample(long time, long place, String offset) {}

    /** @param executor lets go of clients, which takes locks */
    public SharedHistory(Keeping keeping, SessionStore store, Executor executor) {
        super(keeping);
        this.store = store;
        this.executor = executor;
        this.saves = new Saves(store, keeping);
        this.interval = keeping.bounds().heartbeat().dividedBy(SAMPLES);
        this.offset = store.latestOffset();
    }

    @Override
    void leaving() {}

    SessionStore store() {
        return store;
    }

    Saves saves() {
        return saves;
    }

    // ---- what happens

    /** A message has its place: this node's own, or that of another. Called inside, before it takes effect. */
    public void arrived(ClusterMessage message, String at) {
        place++;
        offset = at;
        Sample newest = samples.peekLast();
        if (newest == null || keeping.now() - newest.time > interval.toNanos()) {
            sample();
        }
        followers.removeIf(follower -> follower.isOver(keeping.now()));
        if (message instanceof Gap) {
            followers.forEach(Follower::interrupt);
        } else if (!followers.isEmpty()) {
            Missed.Entry entry = new Missed.Entry(at, message);
            long size = message instanceof Broadcast broadcast ? Session.size(Set.of(), broadcast.event()) : 0;
            followers.forEach(follower -> follower.add(entry, size, keeping.bounds()));
        }
    }

    /**
     * Events are sent to this node's sockets without a place, because the broker is away: until this has {@linkplain
     * #resumed ended}, and for those who may not have received what was sent meanwhile, no session is given back. Called
     * inside.
     */
    public void interrupted() {
        interrupted = true;
        gap = keeping.now();
        followers.forEach(Follower::interrupt);
    }

    /** All that was sent without a place has got its place, or has none. Called inside. */
    public void resumed() {
        if (interrupted) {
            gap = keeping.now();
            interrupted = false;
        }
    }

    /**
     * Something of this node is missing in the history, and the other nodes do not know it yet: until {@link #told} no session
     * is given back. Called inside.
     */
    public void lacks() {
        lacking = true;
        followers.forEach(Follower::interrupt);
    }

    /** All that is missing is marked in the history, after everybody's sessions whose clients may have missed it. Called inside. */
    public void told() {
        lacking = false;
    }

    /** An event ends in the offset of what was sent last: its own, if it has {@linkplain #arrived arrived}. */
    @Override
    public void place(Emission emission, Set<String> rooms, Set<String> except) {
        if (emission.ackId() == PacketCodec.NO_ACK) {
            emission.placeAt(offset());
        }
    }

    @Override
    public void place(Emission emission, Session only) {
        place(emission, Set.of(), Set.of());
    }

    /** Nothing: clients that are away learn of it from the broker. */
    @Override
    public void joined(Set<String> rooms, Set<String> except, Set<String> joined) {}

    @Override
    public void left(Set<String> rooms, Set<String> except, Set<String> left) {}

    @Override
    public void disconnected(Set<String> rooms, Set<String> except) {}

    /** Other namespaces may have the same stream, so that its end has an offset that this one has not seen. */
    @Override
    String offset() {
        String latest = store.latestOffset();
        return store.compare(latest, offset) > 0 ? latest : offset;
    }

    @Override
    long oldest() {
        Sample proven = sampleAt(keeping.now() - keeping.bounds().heartbeat().toNanos());
        return proven == null ? 0 : proven.place;
    }

    // ---- offsets of the past

    private void sample() {
        samples.addLast(new Sample(keeping.now(), place, offset()));
        if (samples.size() > 2 * SAMPLES + 2) { // of the newest that is old enough, none before is needed
            samples.removeFirst();
        }
    }

    private void sampleLater() {
        if (!sampling) {
            sampling = true;
            outside(() -> keeping.after(interval, this::sampleAgain));
        }
    }

    private void sampleAgain() {
        enter();
        try {
            sample();
            sampling = false;
            if (!sessions.isEmpty()) {
                sampleLater();
            }
        } finally {
            leave();
        }
    }

    /** What had surely been sent at that time. */
    private @Nullable Sample sampleAt(long time) {
        Sample best = null;
        for (Sample sample : samples) {
            if (sample.time - time > 0) {
                break;
            }
            best = sample;
        }
        return best;
    }

    // ---- sessions

    @Override
    public Session begin(String id, String user, Session.Holder holder) {
        sampleLater();
        return super.begin(id, user, holder);
    }

    @Override
    public boolean keep(Session session, String user, Set<String> rooms, Payload data, Runnable whenOver) {
        if (session.ended) {
            return false;
        }
        prove(session);
        session.signedIn(user);
        // Up to its arrival the client was sent what it had missed, but has perhaps not received it.
        Sample proven = session.proven - session.since > 0 ? sampleAt(session.proven) : null;
        boolean later = proven != null && store.compare(proven.offset, session.startOffset) > 0;
        String start = later && proven != null ? proven.offset : session.startOffset;
        boolean judged = session.canJudge(Math.max(session.start, proven == null ? 0 : proven.place));
        Long lacking = gap;
        if (interrupted || !judged || (lacking != null && lacking - session.proven >= 0)) {
            keeping.countUnkept();
            end(session);
            return false;
        }
        List<StoredSession.Change> changes = new ArrayList<>();
        for (Session.Change change : session.latestChanges()) {
            if (store.compare(change.offset(), start) > 0) {
                changes.add(new StoredSession.Change(change.offset(), change.room(), change.joined()));
            }
        }
        Collections.reverse(changes);
        Set<String> all = new HashSet<>(rooms);
        all.add(session.id());
        saves.begin(
                new StoredSession(
                        session.privateId(),
                        session.id(),
                        all,
                        data,
                        Optional.of(session.user()),
                        Optional.of(start),
                        Optional.of(offset()),
                        changes),
                keeping.bounds().window(),
                () -> executor.execute(whenOver));
        sessions.remove(session.privateId());
        session.depart();
        return true;
    }

    @Override
    public void end(Session session) {
        if (!session.ended) {
            session.ended = true;
            session.depart();
            sessions.remove(session.privateId());
        }
    }

    @Override
    public void sent(Recollection recollection) {}

    @Override
    public CompletionStage<Void> saved() {
        return saves.done();
    }

    // ---- sessions whose clients come back

    /** The id of the socket that has the session, or whose session is being saved; empty if there is none. */
    public Optional<String> holds(String privateId) {
        Session session = find(privateId);
        return session == null ? saves.id(privateId) : Optional.of(session.id());
    }

    /**
     * Lets go of the client with this session, if this node has it, and it is the user's; completes when the session is
     * saved, or has ended.
     *
     * @param user empty if whoever knows the private id may have the session
     */
    public CompletionStage<Recall> recall(String privateId, Optional<String> user) {
        Session session = find(privateId);
        if (session != null && user.isPresent() && !user.get().equals(session.user())) {
            return CompletableFuture.completedStage(Recall.OTHER_USER);
        }
        if (session == null && saves.id(privateId).isEmpty()) {
            return CompletableFuture.completedStage(Recall.NOT_HERE);
        }
        CompletableFuture<Recall> done = new CompletableFuture<>();
        letGo(privateId, done, MOST_ATTEMPTS);
        return done;
    }

    private void letGo(String privateId, CompletableFuture<Recall> done, int attempts) {
        Session session = find(privateId);
        Session.Holder holder = session == null ? null : holder(session);
        if (session == null || holder == null || attempts == 0) {
            CompletionStage<Void> unused = saves.done(privateId).thenRun(() -> done.complete(Recall.LET_GO));
            return;
        }
        executor.execute(() -> {
            holder.letGo();
            if (holder(session) == holder) { // it is just leaving, on another thread
                keeping.after(MOMENT, () -> letGo(privateId, done, attempts - 1));
            } else {
                letGo(privateId, done, attempts - 1);
            }
        });
    }

    /** Begins to remember what arrives; null if no session can be given back now. */
    @Nullable
    Follower follow() {
        enter();
        try {
            if (interrupted || lacking) {
                return null;
            }
            Follower follower = new Follower(keeping.now());
            followers.add(follower);
            return follower;
        } finally {
            leave();
        }
    }

    void unfollow(Follower follower) {
        enter();
        try {
            followers.remove(follower);
        } finally {
            leave();
        }
    }

    /** Whether everything up to this offset has arrived. */
    boolean hasReached(String at) {
        enter();
        try {
            return store.compare(offset(), at) >= 0;
        } finally {
            leave();
        }
    }

    /** Gives a session that has been claimed in the store to a client that is back. Called inside. */
    void admit(Session session, List<Session.Change> changes, Session.Holder holder) {
        session.arrive(place, keeping.now(), changes, holder);
        sessions.put(session.privateId(), session);
        sampleLater();
        keeping.countRecovered();
    }
}
