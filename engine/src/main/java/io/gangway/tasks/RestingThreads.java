package io.gangway.tasks;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The threads of a pool that wait for tasks: the one that began to rest last is woken first. Thread-safe. */
final class RestingThreads {
    /** Who began to rest last, above who did before. */
    private final AtomicReference<@Nullable Rest> top = new AtomicReference<>();

    /** One thread's wait, until somebody who has a task for it, or the thread itself, ends it. */
    static final class Rest {
        private final Thread thread = Thread.currentThread();
        private final AtomicBoolean over = new AtomicBoolean();
        private @Nullable Rest below;

        /** True for whoever is first. */
        boolean end() {
            return over.compareAndSet(false, true);
        }

        boolean isOver() {
            return over.get();
        }
    }

    /** The calling thread rests from now on; it parks by itself. */
    Rest begin() {
        Rest rest = new Rest();
        do {
            rest.below = lastNotOver();
        } while (!top.compareAndSet(rest.below, rest));
        return rest;
    }

    /** Who rests last, with the rests above that their own threads have ended taken off: they would be ever more. */
    private @Nullable Rest lastNotOver() {
        Rest last = top.get();
        while (last != null && last.isOver()) {
            top.compareAndSet(last, last.below);
            last = top.get();
        }
        return last;
    }

    /** Ends the rest that began last; false if no thread rests. */
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

    /** Whether no thread has begun a rest that was not taken off. */
    boolean isEmpty() {
        return top.get() == null;
    }
}
