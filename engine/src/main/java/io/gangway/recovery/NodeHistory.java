package io.gangway.recovery;

import io.gangway.cluster.Payload;
import io.gangway.ids.RandomId;
import io.gangway.protocol.Emission;
import io.gangway.protocol.PacketCodec;
import io.gangway.recovery.Happening.What;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The history of one namespace on a node that keeps it on its own: what was sent, and the sessions of clients that are
 * away. Thread-safe.
 *
 * <p>An offset is a place in this history as text: this history's own name, then the place's number.
 */
public final class NodeHistory extends History {
    private static final char POINT = '.';

    private final String name;

    // Guarded by the lock.
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    /** Those of clients that are away, in the order in which they left. */
    private final Set<Session> away = new LinkedHashSet<>();

    /** The newest event that is no longer kept. */
    private long lost;

    private long lostTime = Long.MIN_VALUE;

    public NodeHistory(Keeping keeping) {
        super(keeping);
        this.name = RandomId.next().substring(0, 8);
        this.offset = offset(0);
    }

    @Override
    void leaving() {
        if (!kept.isEmpty()) {
            keeping.recount(kept.peekLast()); // its frames have been made meanwhile
        }
    }

    // ---- what happens

    /** A lossy event has the place of the event before it, and is not kept. */
    @Override
    public void place(Emission emission, Set<String> rooms, Set<String> except) {
        place(emission, rooms, except, null);
    }

    @Override
    public void place(Emission emission, Session only) {
        place(emission, Set.of(), Set.of(), only);
    }

    private void place(Emission emission, Set<String> rooms, Set<String> except, @Nullable Session only) {
        if (emission.ackId() != PacketCodec.NO_ACK || sessions.isEmpty()) {
            return;
        }
        if (emission.delivery().isLossy()) {
            emission.placeAt(offset);
            return;
        }
        advance();
        emission.placeAt(offset);
        keep(What.EVENT, rooms, except, only, emission, Set.of());
    }

    private void advance() {
        place++;
        offset = offset(place);
    }

    @Override
    public void joined(Set<String> rooms, Set<String> except, Set<String> joined) {
        happened(What.JOIN, rooms, except, joined);
    }

    @Override
    public void left(Set<String> rooms, Set<String> except, Set<String> left) {
        happened(What.LEAVE, rooms, except, left);
    }

    @Override
    public void disconnected(Set<String> rooms, Set<String> except) {
        happened(What.DISCONNECT, rooms, except, Set.of());
    }

    private void happened(What what, Set<String> rooms, Set<String> except, Set<String> changed) {
        if (!away.isEmpty()) {
            advance();
            keep(what, rooms, except, null, null, changed);
        }
    }

    private void keep(
            What what,
            Set<String> rooms,
            Set<String> except,
            @Nullable Session only,
            @Nullable Emission emission,
            Set<String> changed) {
        Kept newest = new Kept(this, place, keeping.now(), what, new Target(rooms, except, only), emission, changed);
        kept.addLast(newest);
        keeping.add(newest);
    }

    /** Forgets an event and those before it. */
    void forget(Kept oldest) {
        enter();
        try {
            while (!kept.isEmpty() && kept.peekFirst().place <= oldest.place) {
                Kept gone = kept.removeFirst();
                lost = gone.place;
                lostTime = gone.time;
                keeping.remove(gone);
            }
        } finally {
            leaveUnsettled(); // not settling, for which this is called
        }
    }

    // ---- sessions whose clients are connected

    @Override
    long oldest() {
        return kept.isEmpty() ? place + 1 : kept.peekFirst().place;
    }

    @Override
    public boolean keep(Session session, String user, Set<String> rooms, Payload data, Runnable whenOver) {
        session.size = Session.size(rooms, data);
        if (session.ended || !keeping.goesAway(this, session.size)) {
            end(session);
            return false;
        }
        prove(session);
        session.signedIn(user);
        session.absences++;
        session.holder = null;
        session.rooms = Set.copyOf(rooms);
        session.data = data;
        session.left = place;
        session.expires = keeping.now() + keeping.bounds().window().toNanos();
        session.whenOver = whenOver;
        away.add(session);
        keeping.sweepLater();
        return true;
    }

    @Override
    public void end(Session session) {
        if (session.ended) {
            return;
        }
        session.ended = true;
        session.holder = null;
        sessions.remove(session.privateId());
        isOver(session);
        if (sessions.isEmpty()) {
            forgetAll();
        }
    }

    private void isOver(Session session) {
        if (away.remove(session)) {
            keeping.isBack(session.size);
            if (away.isEmpty()) {
                keeping.noneAway(this);
            }
        }
        session.rooms = Set.of();
        Runnable whenOver = session.whenOver;
        session.whenOver = null;
        if (whenOver != null) {
            outside(whenOver);
        }
    }

    /** Nobody is left who could miss anything. */
    private void forgetAll() {
        for (Kept gone : kept) {
            keeping.remove(gone);
        }
        kept.clear();
        lost = place;
        lostTime = keeping.now();
    }

    // ---- sessions whose clients come back

    /** What a client missed; or the connection that has its session, and has to let go first. */
    public record Found(@Nullable Recollection missed, Session.@Nullable Holder elsewhere) {
        private static final Found NONE = new Found(null, null);
    }

    /**
     * What the client of a session missed that is away.
     *
     * @param offset the offset of the last event that it received; null if it has received none. One that is not of this
     *     history is from before the session
     * @return nothing if the session has ended, or what the client missed is not known completely; it is counted why
     */
    public Found recollect(Session session, @Nullable String offset) {
        Recollection.Excerpt excerpt;
        enter();
        try {
            if (session.holder != null) {
                return new Found(null, session.holder);
            }
            if (session.ended || keeping.now() - session.expires > 0) {
                keeping.count(Keeping.Refused.UNKNOWN);
                return Found.NONE;
            }
            long received = offset == null ? session.start : Math.max(session.start, placeOf(offset));
            boolean incomplete = lost > received && lostTime - session.proven >= 0;
            if (incomplete || received > session.left || !session.canJudge(received)) {
                keeping.count(Keeping.Refused.INCOMPLETE);
                return Found.NONE;
            }
            excerpt = new Recollection.Excerpt(
                    session,
                    session.absences,
                    session.left,
                    session.rooms,
                    Objects.requireNonNull(session.data),
                    session.latestChanges(),
                    after(received));
        } finally {
            leave();
        }
        return new Found(excerpt.read(), null);
    }

    /** What is kept after a place, in order. */
    private List<Kept> after(long received) {
        Deque<Kept> newer = new ArrayDeque<>();
        for (var newest = kept.descendingIterator(); newest.hasNext(); ) {
            Kept next = newest.next();
            if (next.place <= received) {
                break;
            }
            newer.addFirst(next);
        }
        return new ArrayList<>(newer);
    }

    /**
     * Gives a session to a client that is back: true for one caller only per absence. Called inside, together with the
     * socket's admission; follows the history to its end before.
     */
    public boolean claim(Recollection recollection, Session.Holder holder) {
        Session session = recollection.session();
        if (!session.isAway() || session.absences != recollection.absence) {
            return false;
        }
        after(recollection.reached()).forEach(recollection::follow);
        if (recollection.isExpelled()) {
            end(session);
            return false;
        }
        isOver(session);
        recollection.changes().forEach(change -> session.changed(change, oldest()));
        session.holder = holder;
        session.since = keeping.now();
        keeping.countRecovered();
        return true;
    }

    @Override
    public void sent(Recollection recollection) {
        for (Happening each : recollection.missed()) {
            if (each instanceof Kept missed) {
                keeping.recount(missed);
            }
        }
    }

    /** Ends the sessions whose time is over. */
    void expire() {
        enter();
        try {
            long now = keeping.now();
            for (Session oldest : List.copyOf(away)) {
                if (now - oldest.expires <= 0) {
                    break;
                }
                end(oldest);
            }
        } finally {
            leave();
        }
    }

    /** Ends the sessions of all clients that are away. */
    void clear() {
        enter();
        try {
            List.copyOf(away).forEach(this::end);
        } finally {
            leave();
        }
    }

    // ---- offsets

    @Override
    String offset() {
        return offset;
    }

    private String offset(long place) {
        return name + POINT + Long.toString(place, Character.MAX_RADIX);
    }

    /** The place of an offset; that of no event if it is not of this history. */
    private long placeOf(String offset) {
        if (!offset.startsWith(name) || offset.length() <= name.length() || offset.charAt(name.length()) != POINT) {
            return 0;
        }
        try {
            return Math.max(0, Long.parseLong(offset, name.length() + 1, offset.length(), Character.MAX_RADIX));
        } catch (NumberFormatException foreign) {
            return 0;
        }
    }
}
