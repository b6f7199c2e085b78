package io.gangway.recovery;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

/** The lock of one history. A thread that has it puts off what must not run under it until it has none. */
final class HistoryLock {
    private static final ThreadLocal<Inside> INSIDE = ThreadLocal.withInitial(Inside::new);

    /** The locks that a thread has, counted, and what it does when it has none. */
    private static final class Inside {
        private int depth;
        private final Deque<Runnable> later = new ArrayDeque<>(0);
    }

    private final ReentrantLock lock = new ReentrantLock();

    void enter() {
        lock.lock();
        INSIDE.get().depth++;
    }

    /** Whether the thread has no such lock any more. */
    boolean leave() {
        lock.unlock();
        return --INSIDE.get().depth == 0;
    }

    static void outside(Runnable task) {
        Inside inside = INSIDE.get();
        if (inside.depth == 0) {
            task.run();
        } else {
            inside.later.add(task);
        }
    }

    /** Does what was put off; all of it, even if some fails: then the first failure is thrown at the end. */
    static void runLater() {
        Deque<Runnable> later = INSIDE.get().later;
        Throwable failed = null;
        for (Runnable next = later.poll(); next != null; next = later.poll()) {
            try {
                next.run();
            } catch (RuntimeException | Error failure) {
                if (failed == null) {
                    failed = failure;
                } else if (failed != failure) {
                    failed.addSuppressed(failure);
                }
            }
        }
        if (failed instanceof Error error) {
            throw error;
        }
        if (failed != null) {
            throw (RuntimeException) failed;
        }
    }
}
