package io.gangway.connection;

import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one queue of frames that a connection still has to send, limited in bytes and watched by {@link Laggards}.
 * Thread-safe.
 *
 * <pre>
 *            add                  Flusher's turn, or flush()
 *   clean ---------> scheduled --------------------------> writing
 *     ^                  ^                                    |
 *     |                  |  more has come                     | written()
 *     +------------------+------------------------------------+
 * </pre>
 *
 * <p>While no outlet is attached (a polling client between two polls), frames wait; {@link #attach} starts writing
 * again. An upgrade replaces the outlet and keeps the queue.
 *
 * <p>Each frame's {@link Delivery} says what may happen to it while it waits. What the outlet has taken is being written,
 * and no longer waits.
 */
public final class Outbound extends WaitingFrames {
    private final Flusher.Lane lane;
    private final Consumer<String> tooSlow;

    /** Links the lane's list of scheduled Outbounds, so that scheduling allocates nothing. */
    @Nullable
    Outbound next;

    // Guarded by this.
    private @Nullable Outlet outlet;
    /** The bytes of the frames that the outlet is writing. */
    private int taken;
    /** The frame that the outlet is writing, if it is too large for one write; it may be shared. */
    private @Nullable Frame large;
    /** The bytes of all frames written so far; overflows. */
    private int written;

    private boolean scheduled;
    private boolean writing;
    /** Whether the laggards have this Outbound. */
    private boolean watched;
    /**
     * The thread inside {@link Outlet#write}; null while the transport finishes a write on its own. Set under the lock.
     */
    private volatile @Nullable Thread writer;

    private State state = State.OPEN;

    private enum State {
        /** Accepts frames. */
        OPEN,
        /** Accepts no more frames; queued ones are still written. */
        ENDING,
        /** The queue is empty and accepts nothing. */
        ENDED
    }

    /**
     * @param laggards the limits, and the watch over slow clients. Once {@link OutboundLimits#maxUnsent} bytes wait for
     *     the outlet, a further frame is refused and {@code tooSlow} runs; twice as many may wait while one of the
     *     engine's own threads is about to write
     * @param tooSlow is told why the client is too slow, on the sender's thread or the timer's, without any lock; no
     *     later frame is accepted. Must not block
     */
    public Outbound(Flusher flusher, Laggards laggards, Consumer<String> tooSlow) {
        super(laggards);
        this.lane = flusher.assign();
        this.tooSlow = Objects.requireNonNull(tooSlow);
    }

    /**
     * Queues a frame; does nothing after {@link #end} or {@link #discard}. A {@linkplain Delivery#LOSSY lossy} frame is
     * dropped unless it can be written at once.
     */
    public void add(Frame frame) {
        if (frame.delivery().isLossy() ? pushLossy(frame) : push(frame, true)) {
            lane.add(this);
        }
    }

    /**
     * Queues a ping ahead of the frames that wait, which may take the client longer to read than it has for its answer.
     * It is never refused as too much.
     */
    public void addPing(Frame ping) {
        boolean wake;
        synchronized (this) {
            if (state != State.OPEN) {
                return;
            }
            addFirst(ping);
            wake = schedule();
        }
        if (wake) {
            lane.add(this);
        }
    }

    /** Queues a frame and writes the queue on this thread, unless a write is in progress or no outlet is attached. */
    public void addNow(Frame frame) {
        push(frame, false);
        offer(false);
    }

    /**
     * Queues a frame without starting a write; the caller must call {@link #flush}. An earlier write may take it along.
     */
    public void addUnflushed(Frame frame) {
        push(frame, false);
    }

    /** Queues a frame; true if the caller has to hand this Outbound to its lane. */
    private boolean push(Frame frame, boolean schedules) {
        while (true) {
            boolean full;
            synchronized (this) {
                if (state != State.OPEN) {
                    return false;
                }
                if (hasRoom(frame)) {
                    append(frame);
                    return schedules && schedule();
                }
                if (isSpared(frame)) {
                    return false;
                }
                full = writing || outlet == null;
                if (full) {
                    state = State.ENDING; // no frame after a lost one may arrive
                }
            }
            if (full) {
                tooSlow.accept("more than " + limits().maxUnsent() + " bytes wait for the client");
                return false;
            }
            // The outlet is not the bottleneck: the caller's flush, or the lane's turn, is still to come.
            offer(false);
        }
    }

    /** Whether the caller must add this Outbound to its lane. */
    private boolean pushLossy(Frame frame) {
        synchronized (this) {
            if (isWritable()) {
                append(frame);
                return schedule();
            }
        }
        laggards().countDropped();
        return false;
    }

    /** Writes the queue on this thread, unless a write is in progress or no outlet is attached. */
    public void flush() {
        offer(false);
    }

    /** Replaces the outlet; null detaches it for now. The old outlet finishes a write in progress. */
    public void attach(@Nullable Outlet replacement) {
        boolean wake;
        synchronized (this) {
            outlet = replacement;
            wake = schedule();
        }
        if (wake) {
            lane.add(this);
        }
    }

    /** Detaches an outlet that cannot write for now, unless it has been replaced already. */
    public synchronized void detach(Outlet current) {
        if (outlet == current) {
            outlet = null;
        }
    }

    /** Accepts no more frames, and ends the outlet once the queued ones are written. */
    public void end() {
        boolean wake;
        synchronized (this) {
            if (state != State.OPEN) {
                return;
            }
            state = State.ENDING;
            wake = schedule();
        }
        if (wake) {
            lane.add(this);
        }
    }

    /** Drops the queued frames and accepts no more. The outlet is not told. */
    public synchronized void discard() {
        state = State.ENDED;
        clear(taken);
        outlet = null;
        unwatch();
    }

    /**
     * Called by the outlet while it writes: takes frames from the head of the queue, at most as many as {@code into}
     * holds and, after the first, as fit into {@code maxBytes}.
     *
     * @return the number of frames taken
     */
    public synchronized int take(Frame[] into, long maxBytes) {
        int count = 0;
        int messages = 0;
        long sum = 0;
        Frame frame = first();
        while (frame != null && count < into.length && (count == 0 || sum + frame.size() <= maxBytes)) {
            into[count++] = frame;
            messages += frame.isControl() ? 0 : 1;
            sum += frame.size();
            frame = pollBehind();
        }
        first(frame);
        taken += (int) sum; // one frame's size, or what fits a write
        large = sum > maxBytes ? into[0] : null;
        lane.countMessages(messages);
        return count;
    }

    /** Called by the outlet when it begins to write the frames it took, in so many bytes. */
    public void writes(long bytes) {
        if (taken > 0) { // read without the lock: only the outlet's own write changes it from 0
            lane.countWrite(bytes);
        }
    }

    /** Called by the outlet when the frames it took have been written. */
    public void written() {
        boolean wake;
        synchronized (this) {
            writing = false;
            release(taken);
            written += taken;
            taken = 0;
            large = null;
            wake = schedule();
        }
        if (wake) {
            lane.add(this);
        }
    }

    /** The bytes that are queued or being written. */
    @Override
    public synchronized long bytes() {
        return super.bytes();
    }

    /** Whether the queue is empty and an outlet is attached. */
    public synchronized boolean isWritable() {
        return state == State.OPEN && isIdle() && outlet != null;
    }

    /** For the lane: see {@link Outlet#readAhead}. Reads the outlet without the lock, so it may be one that was replaced. */
    int readAhead() {
        Outlet current = outlet;
        return current == null ? 0 : current.readAhead();
    }

    /** Called by the lane once it has taken this Outbound off its list. */
    void turn() {
        offer(true);
    }

    private void offer(boolean inTurn) {
        Outlet out;
        boolean ends;
        synchronized (this) {
            if (inTurn) {
                scheduled = false;
            }
            out = outlet;
            if (writing || out == null || state == State.ENDED) {
                return;
            }
            boolean empty = first() == null;
            ends = empty && state == State.ENDING;
            if (ends) {
                state = State.ENDED;
                unwatch();
            } else if (empty) {
                return;
            } else {
                writing = true;
                writer = Thread.currentThread();
            }
        }
        if (ends) {
            out.end();
            return;
        }
        try {
            out.write(this);
        } finally {
            if (writer == Thread.currentThread()) {
                writer = null; // unless another has begun the next write
            }
        }
        if (writing && !watched) { // read without the lock: the transport may have finished meanwhile
            watch();
        }
    }

    private boolean hasRoom(Frame frame) {
        long most = limits().maxUnsent();
        return super.bytes() < most
                || (writer != null && super.bytes() < 2 * most)
                || (frame.delivery() == Delivery.DROPPABLE && dropOldest());
    }

    private void append(Frame frame) {
        add(frame, taken);
        if (!watched && (outlet == null ? !frame.isControl() : super.bytes() > limits().maxBuffered())) {
            watch();
        }
    }

    // ---- for the laggards

    @Override
    @Nullable
    synchronized Sample sample() {
        if (state != State.OPEN || isIdle()) {
            unwatch();
            return null;
        }
        Outlet current = outlet;
        long gone = writing && current != null ? Math.min(current.progress(), taken) : 0;
        return new Sample(super.bytes(), written + (int) gone, writing || (current == null && hasMessage()));
    }

    @Override
    void giveUp(String reason) {
        synchronized (this) {
            if (state != State.OPEN) {
                return;
            }
            state = State.ENDING;
        }
        tooSlow.accept(reason);
    }

    @Override
    synchronized long held(Set<Frame> counted, int copies, int slot, long most) {
        return held(counted, copies, slot, most, taken, large);
    }

    private synchronized void watch() {
        if (!watched && state == State.OPEN && !isIdle()) {
            watched = true;
            laggards().watch(this);
        }
    }

    private void unwatch() {
        if (watched) {
            watched = false;
            laggards().forget(this);
        }
    }

    private boolean isIdle() {
        return !writing && first() == null;
    }

    /**
     * Marks this Outbound as scheduled; true if the caller has to hand it to its lane after releasing the lock.
     * {@code scheduled} means "on the lane's list" and nothing else: an Outbound on two lists at once would tear them.
     */
    private boolean schedule() {
        if (scheduled || writing || outlet == null || state == State.ENDED) {
            return false;
        }
        if (state == State.OPEN && first() == null) {
            return false;
        }
        scheduled = true;
        return true;
    }
}
