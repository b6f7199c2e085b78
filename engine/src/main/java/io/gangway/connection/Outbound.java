package io.gangway.connection;

import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one queue of what a connection still has to send, bounded in bytes. Thread-safe.
 *
 * <pre>
 *            add                  Flusher's turn, or flush()
 *   clean ---------> scheduled --------------------------> writing
 *     ^                  ^                                    |
 *     |                  |  more has come                     | written()
 *     +------------------+------------------------------------+
 * </pre>
 *
 * <p>While there is no outlet (a polling client between two polls) frames wait; {@link #attach} sets them off again. An
 * upgrade swaps the outlet, the queue stays.
 */
public final class Outbound {
    private final Flusher.Lane lane;
    private final long maxBytes;
    private final Runnable overflow;

    /** The lane's list of scheduled Outbounds runs through this field, so that scheduling allocates nothing. */
    @Nullable
    Outbound next;

    // Guarded by this.
    /** The queue's first frame: mostly it has no other. */
    private @Nullable Frame head;

    private @Nullable ArrayDeque<Frame> behind;
    private @Nullable Outlet outlet;
    private long bytes;
    private long taken;
    private boolean scheduled;
    private boolean writing;
    /** The thread that is in the midst of a write; null while what is under way waits for the client. Set under the lock. */
    private volatile @Nullable Thread writer;

    private State state = State.OPEN;

    private enum State {
        /** Takes frames. */
        OPEN,
        /** Takes no more; what waits is still written. */
        ENDING,
        /** Nothing is left and nothing comes. */
        ENDED
    }

    /**
     * @param maxBytes once this many bytes wait for the outlet, a further frame is not taken and {@code overflow} runs; while
     *     they wait for a thread of ours that is about to write, twice as many may
     * @param overflow runs on the sender's thread, without any lock; must not block
     */
    public Outbound(Flusher flusher, long maxBytes, Runnable overflow) {
        this.lane = flusher.assign();
        this.maxBytes = maxBytes;
        this.overflow = Objects.requireNonNull(overflow);
    }

    /** Queues a frame; after {@link #end} or {@link #discard} it vanishes. */
    public void add(Frame frame) {
        if (push(frame, true)) {
            lane.add(this);
        }
    }

    /** Queues a frame and writes what waits on this thread, unless a write is under way or there is no outlet. */
    public void addNow(Frame frame) {
        push(frame, false);
        offer(false);
    }

    /** Queues a frame for a {@link #flush} that the caller owes, or for whatever is written before. */
    public void addUnflushed(Frame frame) {
        push(frame, false);
    }

    /** Whether the caller has to hand this Outbound to its lane. */
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
                    state = State.ENDING; // nothing behind a lost frame may arrive
                }
            }
            if (full) {
                overflow.run();
                return false;
            }
            // It is not the outlet that is behind: a flush is owed, or the lane has not come round yet.
            offer(false);
        }
    }

    /** Queues a frame if it can be written at once; otherwise drops it. */
    public void addLossy(Frame frame) {
        boolean wake;
        synchronized (this) {
            if (state != State.OPEN || !isIdle() || outlet == null) {
                return;
            }
            append(frame);
            wake = schedule();
        }
        if (wake) {
            lane.add(this);
        }
    }

    /** Writes what waits on this thread, unless a write is under way or there is no outlet. */
    public void flush() {
        offer(false);
    }

    /** Gives the frames another way out, or with null none for now. A write under way is finished by the old outlet. */
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

    /** Withdraws an outlet that cannot write for now, unless another has replaced it. */
    public synchronized void detach(Outlet current) {
        if (outlet == current) {
            outlet = null;
        }
    }

    /** Takes no more frames; when those that wait are written the outlet is ended. */
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

    /** Forgets what waits and takes no more. The outlet is not told. */
    public synchronized void discard() {
        state = State.ENDED;
        head = null;
        behind = null;
        bytes = taken;
        outlet = null;
    }

    /**
     * For the outlet, while it writes: takes frames from the head of the queue, as many as {@code into} holds and, after
     * the first, as many as fit {@code maxBytes}.
     *
     * @return how many were taken
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

    /** For the outlet: what it took has been written. */
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

    /** The bytes that wait or are being written. */
    public synchronized long bytes() {
        return bytes;
    }

    /** Whether nothing waits and there is an outlet. */
    public synchronized boolean isWritable() {
        return state == State.OPEN && isIdle() && outlet != null;
    }

    /** The lane's call, once it has taken this Outbound off its list. */
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
     * Whether the caller has to hand this Outbound to its lane, after it released the lock. {@code scheduled} means "on
     * the lane's list" and nothing else: an Outbound on two lists at once would tear them.
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
