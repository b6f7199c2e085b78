package io.gangway.tasks;

import io.gangway.threads.LastingThread;
import io.gangway.threads.Uncaught;
import java.time.Duration;
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
 *
 * <p>A turn of the wheel needs no memory, and a deadline that it has taken off the wheel is not lost if the turn fails.
 * A task that fails with {@link OutOfMemoryError} runs again a little later, until it does not: a heartbeat that skipped
 * a beat would never beat again. So tasks must bear to be run twice.
 */
public final class Deadlines implements AutoCloseable {
    private static final long SLOT_NANOS = 10_000_000;
    private static final int SLOTS = 512;
    /** How long a task that ran out of memory waits until it runs again. */
    private static final long RETRY_NANOS = 100_000_000;
    /** The longest delay: longer than any engine runs, short enough to be added to a time without overflow. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

    private final LongSupplier clock;
    private final long start;
    private final Slot[] slots = new Slot[SLOTS];
    private final AtomicInteger pending = new AtomicInteger();
    private final LastingThread thread;

    /**
     * The last turn made, counted from the start, one every {@link #SLOT_NANOS}. Confined to the thread that turns the
     * wheel.
     */
    private long turned;

    /**
     * The deadlines that are off the wheel and have not run yet, linked through {@link Deadline#next}. Confined to the
     * thread that turns the wheel.
     */
    private @Nullable Deadline due;

    private @Nullable Deadline lastDue;

    Deadlines(String name, LongSupplier clock) {
        this.thread = new LastingThread(name + "-deadlines", this::round);
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
        thread.start();
    }

    /** The current time on the timer's clock, in nanoseconds, comparable like {@link System#nanoTime()}. */
    public long now() {
        return clock.getAsLong();
    }

    /** Runs {@code task} once {@code delay} has passed, unless the deadline is cancelled first. */
    public Deadline after(Duration delay, Runnable task) {
        Deadline deadline = new Deadline(this, task, now() - start + nanos(delay));
        boolean idle = pending.getAndIncrement() == 0;
        add(deadline);
        if (idle) {
            thread.wake();
        }
        return deadline;
    }

    private void add(Deadline deadline) {
        // The timer may have passed the slot already if this thread was held up: then the next slot takes the deadline.
        for (long turn = turnOf(deadline.due); !slot(turn).add(deadline, turn); turn++) {}
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
        for (long turn = Math.max(turned + 1, current - SLOTS + 1); turn <= current; turn++) {
            slot(turn).takeDue(turn, now, this);
        }
        turned = Math.max(turned, current);
        for (Deadline deadline = nextDue(); deadline != null; deadline = nextDue()) {
            run(deadline);
        }
    }

    private void isDue(Deadline deadline) {
        Deadline last = lastDue;
        if (last == null) {
            due = deadline;
        } else {
            last.next = deadline;
        }
        lastDue = deadline;
    }

    private @Nullable Deadline nextDue() {
        Deadline first = due;
        if (first != null) {
            due = first.next;
            first.next = null;
            if (due == null) {
                lastDue = null;
            }
        }
        return first;
    }

    private void run(Deadline deadline) {
        pending.decrementAndGet();
        try {
            deadline.task.run();
        } catch (OutOfMemoryError lacking) {
            pending.incrementAndGet();
            deadline.due = now() - start + RETRY_NANOS;
            add(deadline);
            Uncaught.report(lacking);
        } catch (Throwable failure) {
            // A failing task must not end the turn that the other deadlines need.
            Uncaught.report(failure);
        }
    }

    /** Ends the thread; pending deadlines wait for another {@link #start()}. */
    @Override
    public void close() {
        thread.end();
    }

    private void round() {
        if (pending.get() == 0) {
            LockSupport.park(this);
        } else {
            long intoSlot = (now() - start) % SLOT_NANOS;
            LockSupport.parkNanos(this, SLOT_NANOS - intoSlot);
        }
        turn();
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
        /** When the task runs; written only while the deadline waits in no slot. */
        private long due;

        /** The slot in which the deadline waits or waited last; published by the write of {@link #waiting}. */
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
            for (Slot waitsIn = slot; waitsIn != null; ) {
                if (waitsIn.remove(this)) {
                    owner.pending.decrementAndGet();
                    return true;
                }
                Slot now = slot;
                waitsIn = now == waitsIn ? null : now; // it has been set again, in another slot
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
            if (!deadline.waiting || deadline.slot != this) {
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

        synchronized void takeDue(long turn, long now, Deadlines owner) {
            turned = Math.max(turned, turn);
            Deadline deadline = first;
            while (deadline != null) {
                Deadline following = deadline.next;
                if (deadline.due <= now) {
                    remove(deadline);
                    owner.isDue(deadline);
                }
                deadline = following;
            }
        }
    }
}
