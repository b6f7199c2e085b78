package io.gangway.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one timer of an engine: heartbeats, handshakes, acks and writes all set their deadlines here.
 *
 * <p>A wheel of slots, ten milliseconds each: setting and cancelling cost the same however many deadlines there are, and a
 * cancelled one leaves nothing behind. A task never runs early, and at most about two slots late. Tasks run on the one
 * timer thread and must not block. Thread-safe.
 */
public final class Deadlines implements AutoCloseable {
    private static final long SLOT_NANOS = 10_000_000;
    private static final int SLOTS = 512;
    /** Too long for anyone to see the end of it, and short enough to be added to a time. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

    private final LongSupplier clock;
    private final long start;
    private final Slot[] slots = new Slot[SLOTS];
    private final AtomicInteger pending = new AtomicInteger();
    private final String name;
    private volatile @Nullable Thread thread;

    /** The last turn that was made; there is one for each slot's time from the start. Confined to the thread that turns the wheel. */
    private long turned;

    private Deadlines(String name, LongSupplier clock) {
        this.name = name;
        this.clock = clock;
        this.start = clock.getAsLong();
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Slot();
        }
    }

    /** A timer that will have a daemon thread of its own, named after {@code name}. */
    public Deadlines(String name) {
        this(name, System::nanoTime);
    }

    /** A timer without a thread, for a clock that a test moves: call {@link #turn()} after moving it. */
    public static Deadlines byHand(LongSupplier nanoClock) {
        return new Deadlines("by hand", nanoClock);
    }

    /** Starts the thread, anew if it has been closed. */
    public void start() {
        Thread thread = new Thread(this::run, name + "-deadlines");
        thread.setDaemon(true);
        this.thread = thread;
        thread.start();
    }

    /** The time the deadlines go by, in nanoseconds of {@link System#nanoTime()}'s kind. */
    public long now() {
        return clock.getAsLong();
    }

    /** Runs {@code task} once {@code delay} has passed, unless it is cancelled before. */
    public Deadline after(Duration delay, Runnable task) {
        boolean idle = pending.getAndIncrement() == 0;
        Deadline deadline = new Deadline(this, task, now() - start + nanos(delay));
        // The slot may have been looked through while this thread was kept from getting here: then the next one will
        // do.
        for (long turn = turnOf(deadline.due); !slot(turn).add(deadline, turn); turn++) {}
        if (idle) {
            LockSupport.unpark(thread);
        }
        return deadline;
    }

    /** The delay, if need be as long a one as can be counted. */
    private static long nanos(Duration delay) {
        return delay.isNegative() ? 0 : delay.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : delay.toNanos();
    }

    /** How many deadlines are neither run nor cancelled. */
    public int pending() {
        return pending.get();
    }

    /** Runs what is due. */
    public void turn() {
        long now = now() - start;
        long current = now / SLOT_NANOS;
        List<Deadline> due = new ArrayList<>();
        for (long turn = Math.max(turned + 1, current - SLOTS + 1); turn <= current; turn++) {
            slot(turn).takeDue(turn, now, due);
        }
        turned = Math.max(turned, current);
        for (Deadline deadline : due) {
            pending.decrementAndGet();
            try {
                deadline.task.run();
            } catch (Throwable failure) {
                // One deadline's task must not cost the others their timer.
                Thread timer = Thread.currentThread();
                timer.getUncaughtExceptionHandler().uncaughtException(timer, failure);
            }
        }
    }

    /** Ends the thread; what is pending waits for another {@link #start()}. */
    @Override
    public void close() {
        Thread ended = thread;
        thread = null;
        LockSupport.unpark(ended);
    }

    private void run() {
        while (thread == Thread.currentThread()) {
            if (pending.get() == 0) {
                LockSupport.park(this);
            } else {
                long intoSlot = (now() - start) % SLOT_NANOS;
                LockSupport.parkNanos(this, SLOT_NANOS - intoSlot);
            }
            turn();
        }
    }

    /** The first turn that comes after {@code due}, so that a deadline found in it is due. */
    private static long turnOf(long due) {
        return due / SLOT_NANOS + 1;
    }

    private Slot slot(long turn) {
        return slots[(int) (turn % SLOTS)];
    }

    /** One task to come. */
    public static final class Deadline {
        private final Deadlines owner;
        private final Runnable task;
        private final long due;

        /** Set before anyone else sees the deadline. */
        private @Nullable Slot slot;

        // Guarded by the slot.
        private @Nullable Deadline previous;
        private @Nullable Deadline next;
        private volatile boolean waiting; // read without it

        private Deadline(Deadlines owner, Runnable task, long due) {
            this.owner = owner;
            this.task = task;
            this.due = due;
        }

        /** Whether the task is still to come: from the moment it is about to run, or has been cancelled, it is not. */
        public boolean isPending() {
            return waiting;
        }

        /** Forgets the task; true if it had not run and now never will. */
        public boolean cancel() {
            Slot waitsIn = slot;
            if (waitsIn != null && waitsIn.remove(this)) {
                owner.pending.decrementAndGet();
                return true;
            }
            return false;
        }
    }

    /** The deadlines of one slot, of this round of the wheel and of later ones. */
    private static final class Slot {
        private @Nullable Deadline first;
        private long turned;

        /** False if the turn that would find the deadline has been made. */
        synchronized boolean add(Deadline deadline, long turn) {
            if (turn <= turned) {
                return false;
            }
            deadline.slot = this;
            deadline.waiting = true;
            deadline.next = first;
            if (first != null) {
                first.previous = deadline;
            }
            first = deadline;
            return true;
        }

        synchronized boolean remove(Deadline deadline) {
            if (!deadline.waiting) {
                return false;
            }
            deadline.waiting = false;
            if (deadline.previous == null) {
                first = deadline.next;
            } else {
                deadline.previous.next = deadline.next;
            }
            if (deadline.next != null) {
                deadline.next.previous = deadline.previous;
            }
            deadline.previous = null;
            deadline.next = null;
            return true;
        }

        synchronized void takeDue(long turn, long now, List<Deadline> into) {
            turned = Math.max(turned, turn);
            Deadline deadline = first;
            while (deadline != null) {
                Deadline following = deadline.next;
                if (deadline.due <= now) {
                    remove(deadline);
                    into.add(deadline);
                }
                deadline = following;
            }
        }
    }
}
