package io.gangway.recovery;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What all histories of an engine keep together: forgets the oldest events when they are too many, too large or too old,
 * and ends the sessions of clients that are away for too long. Thread-safe.
 */
public final class Keeping {
    /** The timer of an engine. */
    public interface Timer {
        void after(Duration delay, Runnable task);
    }

    /** Why a client that came with a private id got a new session. */
    public enum Refused {
        /** No such session: it is over, or has never been. */
        UNKNOWN,
        /** The session is bound to another user. */
        OTHER_USER,
        /** Some of what the client may have missed is no longer kept, or its rooms exceed the limits now. */
        INCOMPLETE
    }

    /**
     * The bounds.
     *
     * @param window how long a session is kept for a client that is away
     * @param heartbeat how long it takes at most until a client that receives nothing is disconnected
     * @param bytes the greatest size of the events kept, in bytes; and that of the sessions of clients that are away
     * @param packets their greatest number
     * @param sessions the greatest number of clients that are away
     */
    public record Bounds(Duration window, Duration heartbeat, long bytes, int packets, int sessions) {}

    private final Bounds bounds;
    private final Timer timer;
    private final LongSupplier clock;
    private final long longest;

    /** The events of all histories. */
    private final ByAge<Kept> kept = new ByAge<>();
    /** A field, so that no event allocates this lambda. */
    private final Predicate<Kept> isExcess = this::isExcess;

    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger packets = new AtomicInteger();
    private final AtomicInteger away = new AtomicInteger();
    private final AtomicLong awayBytes = new AtomicLong();
    private final Set<NodeHistory> withSessions = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean sweeping = new AtomicBoolean();

    private final LongAdder recovered = new LongAdder();
    private final Map<Refused, LongAdder> refused = new EnumMap<>(Refused.class);
    private final LongAdder unkept = new LongAdder();

    /** @param clock the time in nanoseconds, as {@link System#nanoTime} */
    public Keeping(Bounds bounds, Timer timer, LongSupplier clock) {
        this.bounds = bounds;
        this.timer = timer;
        this.clock = clock;
        // What is older has been received by everyone who may still come back.
        this.longest = bounds.window().plus(bounds.heartbeat()).toNanos();
        for (Refused why : Refused.values()) {
            refused.put(why, new LongAdder());
        }
    }

    long now() {
        return clock.getAsLong();
    }

    void after(Duration delay, Runnable task) {
        timer.after(delay, task);
    }

    Bounds bounds() {
        return bounds;
    }

    // ---- events

    /** Counts an event that a history has begun to keep. Called with the history's lock held. */
    void add(Kept event) {
        kept.add(event);
        bytes.addAndGet(event.bytes());
        packets.incrementAndGet();
    }

    /** Stops counting an event. Called with the history's lock held. */
    void remove(Kept event) {
        kept.remove(event);
        event.forget();
        bytes.addAndGet(-event.bytes());
        packets.decrementAndGet();
    }

    /** Counts an event again, for which more frames may have been made. */
    void recount(Kept event) {
        bytes.addAndGet(event.growth());
    }

    /** Forgets what is too much or too old. Called without any history's lock. */
    void settle() {
        if (packets.get() == 0) {
            return;
        }
        sweepLater();
        for (Kept oldest = excess(); oldest != null; oldest = excess()) {
            oldest.history.forget(oldest);
        }
    }

    private @Nullable Kept excess() {
        return kept.removeOldestIf(isExcess);
    }

    private boolean isExcess(Kept oldest) {
        return bytes.get() > bounds.bytes() || packets.get() > bounds.packets() || now() - oldest.time > longest;
    }

    // ---- sessions

    /**
     * Counts a client that goes away; false if too many are. Called with the history's lock held.
     *
     * @param size what its session takes, in bytes
     */
    boolean goesAway(NodeHistory history, long size) {
        boolean few = away.incrementAndGet() <= bounds.sessions();
        boolean small = awayBytes.addAndGet(size) <= bounds.bytes();
        if (!few || !small) {
            isBack(size);
            unkept.increment();
            return false;
        }
        withSessions.add(history);
        return true;
    }

    /** A session is not kept. */
    void countUnkept() {
        unkept.increment();
    }

    /** Stops counting a client: it is back, or its session has ended. */
    void isBack(long size) {
        away.decrementAndGet();
        awayBytes.addAndGet(-size);
    }

    void noneAway(NodeHistory history) {
        withSessions.remove(history);
    }

    void sweepLater() {
        if (sweeping.compareAndSet(false, true)) {
            timer.after(bounds.window().dividedBy(4), this::sweep);
        }
    }

    /** Ends what is over, and looks again as long as anything is kept. */
    private void sweep() {
        sweeping.set(false);
        if (packets.get() > 0 || away.get() > 0) {
            sweepLater();
        }
        settle();
        withSessions.forEach(NodeHistory::expire);
    }

    /** Ends all sessions. */
    public void clear() {
        withSessions.forEach(NodeHistory::clear);
    }

    // ---- counts

    void countRecovered() {
        recovered.increment();
    }

    public void count(Refused why) {
        refusals(why).increment();
    }

    /** How many clients have got their sessions back. */
    public long recovered() {
        return recovered.sum();
    }

    /** How many clients have got new sessions for this reason. */
    public long refused(Refused why) {
        return refusals(why).sum();
    }

    private LongAdder refusals(Refused why) {
        return Objects.requireNonNull(refused.get(why));
    }

    /** How many sessions were not kept: too many clients were away, or the broker was. */
    public long unkept() {
        return unkept.sum();
    }

    public long bytes() {
        return bytes.get();
    }

    public int packets() {
        return packets.get();
    }

    public int away() {
        return away.get();
    }
}
