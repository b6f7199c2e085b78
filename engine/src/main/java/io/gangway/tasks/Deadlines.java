package io.gangway.tasks;

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
 * <p>A timer wheel with slots of ten milliseconds: setting and cancelling a deadline cost the same however many there
 * are, and a cancelled one leaves nothing behind. A task never runs early, and at most about two slots late. Tasks run
 * on the one timer thread and must not block. Thread-safe.
 */
public final class Deadlines implements AutoCloseable {
    private static final long SLOT_NANOS = 10_000_000;
    private static final int SLOTS = 512;
    /** The longest delay: longer than any engine runs, short enough to be added to a time without overflow. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

    private final LongSupplier clock;
    private final long start;
    private final Slot[] slots = new Slot[SLOTS];
    private final AtomicInteger pending = new AtomicInteger();
    private final String name;
    private volatile @Nullable Thread thread;

    /**
     * The last turn made, counted from the start, one every {@link #SLOT_NANOS}. Confined to the thread that turns the
     * wheel.
     */
    private long turned;

    private Deadlines(String name, LongSupplier clock) {
        this.name = name;
        this.clock = clock;
        this.start = clock.getAsLong();
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Slot();
        }
    }

    /** A timer that runs on its own daemon thread, named after {@code name}, once started. */
    public Deadlines(String name) {
        this(name, System::nanoTime);
    }

    /** A timer without a thread, for a clock that a test moves: call {@link #turn()} after moving it. */
    public static Deadlines byHand(LongSupplier nanoClock) {
        return new Deadlines("by hand", nanoClock);
    }

    /** Starts the thread; also after {@link #close()}. */
    public void start() {
        Thread thread = new Thread(this::run, name + "-deadlines");
        thread.setDaemon(true);
        this.thread = thread;
        thread.start();
    }

    /** The current time on the timer's clock, in nanoseconds, comparable like {@link System#nanoTime()}. */
    public long now() {
        return clock.getAsLong();
    }

    /** Runs {@code task} once {@code delay} has passed, unless the deadline is cancelled first. */
    public Deadline after(Duration delay, Runnable task) {
        boolean idle = pending.getAndIncrement() == 0;
        Deadline deadline = new Deadline(this, task, now() - start + nanos(delay));
        // The timer may have passed the slot already if this thread was held up: then the next slot takes the deadline.
        for (long turn = turnOf(deadline.due); !slot(turn).add(deadline, turn); turn++) {}
        if (idle) {
            LockSupport.unpark(thread);
        }
        return deadline;
    }

    /** The delay in nanoseconds, between zero and {@link #LONGEST}. */
    private static long nanos(Duration delay) {
        return delay.isNegative() ? 0 : delay.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : delay.toNanos();
    }

    /** How many deadlines have neither run nor been cancelled. */
    public int pending() {
        return pending.get();
    }

    /** Runs the tasks that are due. */
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
                // A failing task must not end the timer thread that the other deadlines need.
                Thread timer = Thread.currentThread();
                timer.getUncaughtExceptionHandler().uncaughtException(timer, failure);
            }
        }
    }

    /** Ends the thread; pending deadlines wait for another {@link #start()}. */
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

    /** The first turn after {@code due}: a deadline found in it is due. */
    private static long turnOf(long due) {
        return due / SLOT_NANOS + 1;
    }

    private Slot slot(long turn) {
        return slots[(int) (turn % SLOTS)];
    }

    /** One pending task. */
    public static final class Deadline {
        private final Deadlines owner;
        private final Runnable task;
        private final long due;

        /** Set before another thread can see the deadline. */
        private @Nullable Slot slot;

        // Guarded by the slot; "waiting" is also read without the lock.
        private @Nullable Deadline previous;
        private @Nullable Deadline next;
        private volatile boolean waiting;

        private Deadline(Deadlines owner, Runnable task, long due) {
            this.owner = owner;
            this.task = task;
            this.due = due;
        }

        /** Whether the task has neither been cancelled nor begun to run. */
        public boolean isPending() {
            return waiting;
        }

        /** Cancels the task; true if it had not begun to run and now never will. */
        public boolean cancel() {
            Slot waitsIn = slot;
            if (waitsIn != null && waitsIn.remove(this)) {
                owner.pending.decrementAndGet();
                return true;
            }
            return false;
        }
    }

    /** The deadlines of one slot, for this round of the wheel and later ones. */
    private static final class Slot {
        private @Nullable Deadline first;
        private long turned;

        /** False if the wheel has passed {@code turn} already. */
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
