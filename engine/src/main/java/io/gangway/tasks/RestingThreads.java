package io.gangway.tasks;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The idle threads of a pool; the one that became idle last is woken first. Thread-safe. */
final class RestingThreads {
    /** The stack of idle threads, the latest on top. */
    private final AtomicReference<@Nullable Rest> top = new AtomicReference<>();

    /** One idle period of a thread, ended by a caller that has a task, or by the thread itself. */
    static final class Rest {
        private final Thread thread = Thread.currentThread();
        private final AtomicBoolean over = new AtomicBoolean();
        private @Nullable Rest below;

        /** Ends the idle period; true for the first caller only. */
        boolean end() {
            return over.compareAndSet(false, true);
        }

        boolean isOver() {
            return over.get();
        }

        /**
         * Parks the thread until the period ends: because a task needs it, the pool is shut down, or the time is up.
         *
         * @param blocker what the thread waits for, see {@link LockSupport#park(Object)}
         * @param atMost how long it waits for a task; null if there is no limit
         */
        Awake await(Object blocker, AtomicBoolean shut, @Nullable Duration atMost) {
            long begun = atMost == null ? 0 : System.nanoTime();
            while (!isOver()) {
                if (atMost == null) {
                    LockSupport.park(blocker);
                } else {
                    LockSupport.parkNanos(blocker, atMost.toNanos());
                }
                if (Thread.interrupted() && shut.get() && end()) {
                    return Awake.UNCALLED;
                }
                if (atMost != null && System.nanoTime() - begun >= atMost.toNanos() && end()) {
                    return Awake.IDLE;
                }
            }
            return Awake.CALLED;
        }
    }

    /** Registers the calling thread as idle; the thread must park itself. */
    Rest begin() {
        Rest rest = new Rest();
        do {
            rest.below = lastNotOver();
        } while (!top.compareAndSet(rest.below, rest));
        return rest;
    }

    /**
     * The latest thread that is still idle. Removes threads above it that have ended their idle period themselves,
     * which would otherwise accumulate.
     */
    private @Nullable Rest lastNotOver() {
        Rest last = top.get();
        while (last != null && last.isOver()) {
            top.compareAndSet(last, last.below);
            last = top.get();
        }
        return last;
    }

    /** Wakes the thread that became idle last; false if no thread is idle. */
    boolean wakeLast() {
        while (true) {
            Rest last = top.get();
            if (last == null) {
                return false;
            }
            if (top.compareAndSet(last, last.below) && last.end()) {
                LockSupport.unpark(last.thread);
                return true;
            }
        }
    }

    /** Whether the thread is idle, and nobody has woken it. */
    boolean contains(Thread thread) {
        for (Rest rest = top.get(); rest != null; rest = rest.below) {
            if (rest.thread == thread && !rest.isOver()) {
                return true;
            }
        }
        return false;
    }

    /** How many threads are idle. */
    int count() {
        int count = 0;
        for (Rest rest = top.get(); rest != null; rest = rest.below) {
            count += rest.isOver() ? 0 : 1;
        }
        return count;
    }

    /** Whether the stack is empty; it may still contain threads that woke by themselves. */
    boolean isEmpty() {
        return top.get() == null;
    }
}
