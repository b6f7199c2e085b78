package io.gangway.connection;

import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one queue of frames that a connection still has to send, limited in bytes. Thread-safe.
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
 */
public final class Outbound {
    private final Flusher.Lane lane;
    private final long maxBytes;
    private final Runnable overflow;

    /** Links the lane's list of scheduled Outbounds, so that scheduling allocates nothing. */
    @Nullable
    Outbound next;

    // Guarded by this.
    /** The queue's first frame, in most cases its only one. */
    private @Nullable Frame head;

    private @Nullable ArrayDeque<Frame> behind;
    private @Nullable Outlet outlet;
    private long bytes;
    private long taken;
    private boolean scheduled;
    private boolean writing;
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
     * @param maxBytes once this many bytes wait for the outlet, a further frame is refused and {@code overflow} runs;
     *     twice as many may wait while one of the engine's own threads is about to write
     * @param overflow runs on the sender's thread, without any lock; must not block
     */
    public Outbound(Flusher flusher, long maxBytes, Runnable overflow) {
        this.lane = flusher.assign();
        this.maxBytes = maxBytes;
        this.overflow = Objects.requireNonNull(overflow);
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
                if (bytes < maxBytes) {
                    append(frame);
                    return schedules && schedule();
                }
                if (writer != null && bytes < 2 * maxBytes) {
                    append(frame);
                    return false; // written() will see it
                }
                full = writing || outlet == null;
                if (full) {
                    state = State.ENDING; // no frame after a lost one may arrive
                }
            }
            if (full) {
                overflow.run();
                return false;
            }
            // The outlet is not the bottleneck: the caller's flush, or the lane's turn, is still to come.
            offer(false);
        }
    }

    /** Whether the caller must add this Outbound to its lane. */
    private synchronized boolean pushLossy(Frame frame) {
        if (!isWritable()) {
            return false;
        }
        append(frame);
        return schedule();
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
        head = null;
        behind = null;
        bytes = taken;
        outlet = null;
    }

    /**
     * Called by the outlet while it writes: takes frames from the head of the queue, at most as many as {@code into}
     * holds and, after the first, as fit into {@code maxBytes}.
     *
     * @return the number of frames taken
     */
    public synchronized int take(Frame[] into, long maxBytes) {
        int count = 0;
        long sum = 0;
        Frame frame = head;
        while (frame != null && count < into.length && (count == 0 || sum + frame.size() <= maxBytes)) {
            into[count++] = frame;
            sum += frame.size();
            frame = behind == null ? null : behind.poll();
        }
        head = frame;
        taken += sum;
        return count;
    }

    /** Called by the outlet when the frames it took have been written. */
    public void written() {
        boolean wake;
        synchronized (this) {
            writing = false;
            bytes -= taken;
            taken = 0;
            wake = schedule();
        }
        if (wake) {
            lane.add(this);
        }
    }

    /** The bytes that are queued or being written. */
    public synchronized long bytes() {
        return bytes;
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
            boolean empty = head == null;
            ends = empty && state == State.ENDING;
            if (ends) {
                state = State.ENDED;
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
    }

    private void append(Frame frame) {
        if (head == null) {
            head = frame;
        } else {
            if (behind == null) {
                behind = new ArrayDeque<>(2);
            }
            behind.add(frame);
        }
        bytes += frame.size();
    }

    private boolean isIdle() {
        return !writing && head == null;
    }

    /**
     * Marks this Outbound as scheduled; true if the caller has to hand it to its lane after releasing the lock.
     * {@code scheduled} means "on the lane's list" and nothing else: an Outbound on two lists at once would tear them.
     */
    private boolean schedule() {
        if (scheduled || writing || outlet == null || state == State.ENDED) {
            return false;
        }
        if (state == State.OPEN && head == null) {
            return false;
        }
        scheduled = true;
        return true;
    }
}
