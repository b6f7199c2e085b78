package io.gangway.tasks;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Watches the queue of a growing pool. While tasks wait too long because all threads are blocked, lets the pool start
 * spare threads, twice as many each time. Thread-safe.
 */
final class LateTasks {
    /** How long a task may wait before spare threads are started. */
    private static final Duration PATIENCE = Duration.ofMillis(20);
    /** The maximum number of spare threads started at once, because the timer thread has other work. */
    private static final int MOST_AT_ONCE = 256;
    /**
     * If the threads begin more tasks each than this within {@link #PATIENCE}, they are not blocked: the processors are
     * busy.
     */
    private static final int BRISK = 4;

    /** The pool's threads. */
    interface Threads {
        /** How many there are. */
        int count();

        /** How many of them are spare and have not looked for a task yet. */
        int fresh();

        /** Starts that many spare threads; false if the system refused one. */
        boolean add(long spare);
    }

    /** Separates the tasks added before it from those added after it. */
    static final class Mark implements Runnable {
        private volatile boolean passed;

        @Override
        public void run() {
            passed = true;
        }

        /** Whether a thread has taken all tasks that were added before. */
        boolean hasPassed() {
            return passed;
        }
    }

    private final Queue<Runnable> tasks;
    private final Deadlines timer;
    private final Threads threads;
    private final LongAdder begun = new LongAdder();
    /** Whether the timer is watching the waiting tasks. */
    private final AtomicBoolean watched = new AtomicBoolean();
    /** How many spare threads the next check may start. Used only by the watching thread. */
    private int atOnce;

    LateTasks(Queue<Runnable> tasks, Deadlines timer, Threads threads) {
        this.tasks = tasks;
        this.timer = timer;
        this.threads = threads;
    }

    /** Counts a task that a thread begins. Throws nothing, because the task must run. */
    void begins() {
        try {
            begun.increment();
        } catch (OutOfMemoryError uncounted) {
            // Contended counters allocate. With one task less, spare threads come sooner.
        }
    }

    /** Lets the timer check, {@link #PATIENCE} later, whether the tasks that wait now have been taken. */
    void watch() {
        if (!tasks.isEmpty() && watched.compareAndSet(false, true)) {
            atOnce = 1;
            try {
                mark();
            } catch (Throwable failure) {
                watched.set(false); // the next task that finds no thread watches
                throw failure;
            }
        }
    }

    private void mark() {
        Mark mark = new Mark();
        tasks.add(mark);
        long before = begun.sum();
        timer.after(PATIENCE, () -> look(mark, before));
    }

    private void look(Mark mark, long before) {
        if (!mark.passed) {
            int most = atOnce + threads.fresh();
            long late =
                    tasks.stream().takeWhile(task -> task != mark).limit(most).count();
            boolean held = begun.sum() - before <= (long) BRISK * threads.count();
            if (tasks.remove(mark) && held) {
                grow(late - threads.fresh());
            }
        }
        if (tasks.isEmpty()) {
            watched.set(false);
            watch(); // for a task that arrived just before
        } else {
            mark();
        }
    }

    /**
     * Lets the pool start spare threads for tasks that have waited too long, and doubles the number allowed next time.
     */
    private void grow(long count) {
        if (count > 0 && threads.add(count)) { // if one was refused, the next check tries again
            atOnce = Math.min(2 * atOnce, MOST_AT_ONCE);
        }
    }
}
