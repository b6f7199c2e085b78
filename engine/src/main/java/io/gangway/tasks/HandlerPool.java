package io.gangway.tasks;

import io.gangway.threads.Uncaught;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of handlers, which may block. No task waits while one of the pool's threads is idle. Once the pool has
 * its maximum of threads and all are busy, tasks wait, or the standby executor runs them. Tasks begin in order; the
 * caller must limit how many wait.
 *
 * <p>A {@linkplain #growing growing} pool is for tasks that may wait for each other: if a task waits too long for a
 * thread, a timer starts spare threads, which end after an idle time.
 *
 * <p>The thread that became idle last is woken first, because its caches are warm. No executor of the JDK does both: a
 * {@code ThreadPoolExecutor} rotates through all its threads; Java 17's {@code ForkJoinPool} may leave a task that
 * arrives while a thread becomes idle to other threads, which may be blocked; and a virtual thread costs more than a
 * small handler.
 */
final class HandlerPool extends AbstractExecutorService {
    private static final Logger log = LoggerFactory.getLogger(HandlerPool.class);

    /** More blocked threads than this indicate a mistake in the application, and are logged. */
    private static final int MANY = 1_000;
    /** How long a thread pauses after a failure of the pool itself. */
    private static final long PAUSE_NANOS = 10_000_000;

    private final String name;
    private final int size;
    private final @Nullable Standby standBy;
    private final Duration idle;
    private final Queue<Runnable> tasks;
    private final RestingThreads resting = new RestingThreads();
    /** Whether a woken thread is about to take a task, so that a caller that adds a task need not wake another. */
    private final AtomicBoolean coming = new AtomicBoolean();

    private final PoolThreads<Awake> threads;
    private final AtomicInteger started = new AtomicInteger();

    /** Watches tasks that find no thread, if that matters. */
    private final Runnable watch;

    // Only for a growing pool.
    private final @Nullable LateTasks late;
    /** Started spare threads that have not looked for a task yet. */
    private final AtomicInteger fresh = new AtomicInteger();

    private final AtomicBoolean shut = new AtomicBoolean();

    /**
     * @param size the maximum number of threads; each is started when no other is free for a task
     * @param standBy runs tasks for which no thread is free, and is shut down with the pool; if null, tasks wait
     */
    HandlerPool(String name, int size, @Nullable ExecutorService standBy) {
        this(name, size, standBy, Thread::start);
    }

    /** @param starter starts a thread, or throws what {@link Thread#start} throws */
    HandlerPool(String name, int size, @Nullable ExecutorService standBy, Consumer<Thread> starter) {
        this(name, size, standBy, null, false, Duration.ZERO, starter, new ConcurrentLinkedQueue<>());
    }

    /** @param tasks for tasks that wait, empty; thread-safe */
    HandlerPool(
            String name,
            int size,
            @Nullable ExecutorService standBy,
            @Nullable Deadlines timer,
            boolean grows,
            Duration idle,
            Consumer<Thread> starter,
            Queue<Runnable> tasks) {
        this.name = name;
        this.size = size;
        this.tasks = tasks;
        this.standBy = standBy == null ? null : new Standby(standBy);
        this.late = grows && timer != null ? new LateTasks(tasks, timer, new SpareThreads()) : null;
        this.idle = idle;
        this.threads = new PoolThreads<>(name, starter, this::work, this::allEnded);
        this.watch = late != null
                ? late::watch
                : timer != null && standBy == null
                        ? new BusyThreads(tasks, timer, threads::all, this::wakeIfPossible)::watch
                        : () -> {};
    }

    /**
     * A pool that says so in the log if tasks wait for a thread for seconds. If the system refuses the pool a thread,
     * tasks that no thread takes make it ask again every second.
     *
     * @param size the maximum number of threads
     * @param standBy runs tasks for which no thread is free, and is shut down with the pool; if null, tasks wait
     * @param timer watches tasks that wait
     */
    static HandlerPool watched(String name, int size, @Nullable ExecutorService standBy, Deadlines timer) {
        return new HandlerPool(
                name, size, standBy, timer, false, Duration.ZERO, Thread::start, new ConcurrentLinkedQueue<>());
    }

    /**
     * A pool in which no task waits long, even if all other tasks block.
     *
     * @param size the number of permanent threads; further ones are spare
     * @param timer starts spare threads, twice as many each time, while tasks have been waiting for 20 ms
     * @param idle how long a spare thread waits for a task before it ends
     * @param starter starts a thread, or throws what {@link Thread#start} throws
     */
    static HandlerPool growing(String name, int size, Deadlines timer, Duration idle, Consumer<Thread> starter) {
        return new HandlerPool(name, size, null, timer, true, idle, starter, new ConcurrentLinkedQueue<>());
    }

    /** What the pool is doing. Roughly: threads come and go meanwhile. */
    HandlerLoad load() {
        int active = Math.max(0, started.get() - resting.count());
        return new HandlerLoad(active, standBy == null ? 0 : standBy.running(), BusyThreads.waiting(tasks));
    }

    /** Whether this thread of the pool is idle, and no task has woken it. */
    boolean isIdle(Thread thread) {
        return resting.contains(thread);
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (shut.get() && tasks.remove(task)) {
            throw new RejectedExecutionException("cannot run a task: " + name + " is shut down");
        }
        wakeIfPossible();
        // In this order: a thread that is coming is counted before it has come.
        if (late == null && !coming.get() && started.get() == 0 && tasks.remove(task)) {
            throw new RejectedExecutionException(
                    "cannot run a task: " + name + " has no thread, and the system refuses to start one");
        }
    }

    /** Does the same as {@link #wake}; if it fails, a task that waits is taken by the next thread that has no other. */
    private void wakeIfPossible() {
        try {
            wake();
        } catch (Throwable failure) {
            Uncaught.report(failure);
        }
    }

    /** Wakes or starts a thread for a waiting task, if the pool has one left. */
    private void wake() {
        while (!tasks.isEmpty() && coming.compareAndSet(false, true)) {
            Runnable task = null;
            boolean called = false;
            try {
                called = resting.wakeLast() || start();
                task = called || standBy == null ? null : tasks.poll();
            } finally {
                if (!called) {
                    coming.set(false);
                }
            }
            if (called) {
                return;
            }
            if (standBy != null && task != null) {
                standBy(standBy, task);
            } else if (resting.isEmpty()) {
                watch.run();
                return; // a thread that becomes idle checks for tasks once more afterwards
            }
        }
    }

    private void standBy(Standby executor, Runnable task) {
        try {
            executor.run(task);
        } catch (Throwable refused) {
            tasks.add(task); // for a thread of the pool
            throw refused;
        }
    }

    private boolean start() {
        int number = started.get();
        while (number < size) {
            if (started.compareAndSet(number, number + 1)) {
                return start(Awake.CALLED);
            }
            number = started.get();
        }
        return false;
    }

    /** Starts a thread that is already counted; if the system refuses, uncounts it and returns false. */
    private boolean start(Awake beginning) {
        if (threads.start(beginning, started.get() - 1)) {
            return true;
        }
        started.decrementAndGet();
        if (beginning == Awake.STARTED) {
            fresh.decrementAndGet();
        }
        return false;
    }

    /** The life of one thread. Whatever fails in between, the pool has as many threads afterwards as before. */
    private void work(Awake beginning) {
        Awake awake = beginning;
        try {
            while (awake != Awake.ENDING) {
                try {
                    awake = next(awake);
                } catch (Throwable failure) {
                    awake = Awake.UNCALLED;
                    Uncaught.report(failure);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        } finally {
            boolean unexpected = awake != Awake.ENDING;
            if (unexpected) {
                started.decrementAndGet(); // so that another may be started
                wakeIfPossible();
            }
            threads.ended(Thread.currentThread(), unexpected);
        }
    }

    /** Runs one task, or waits for one. */
    private Awake next(Awake awake) {
        if (awake == Awake.CALLED) {
            coming.set(false);
        }
        Runnable task = tasks.poll();
        if (awake == Awake.STARTED) {
            fresh.decrementAndGet();
        }
        if (task != null) {
            if (awake == Awake.CALLED) {
                wakeIfPossible(); // more tasks may be waiting
            }
            run(task);
            return Awake.UNCALLED;
        }
        if (shut.get()) {
            return tasks.isEmpty() ? Awake.ENDING : Awake.UNCALLED;
        }
        return awake == Awake.IDLE && isSpare() ? Awake.ENDING : rest();
    }

    /** Whether the calling thread is spare and may end; not if a task has arrived just now. */
    private boolean isSpare() {
        int count = started.get();
        while (count > size) {
            if (started.compareAndSet(count, count - 1)) {
                if (tasks.isEmpty()) {
                    return true;
                }
                started.incrementAndGet();
                return false;
            }
            count = started.get();
        }
        return false;
    }

    private void run(Runnable task) {
        try {
            if (late != null) {
                late.begins();
            }
            task.run();
        } catch (Throwable failure) {
            // A failing task must not end the thread, which other tasks need.
            Uncaught.report(failure);
        } finally {
            Thread.interrupted(); // an interrupt was meant for this task only
        }
    }

    /** Waits for tasks; for at most {@link #idle} if the pool has spare threads. */
    private Awake rest() {
        boolean spare = started.get() > size;
        RestingThreads.Rest rest = resting.begin();
        try {
            if ((!tasks.isEmpty() || shut.get()) && rest.end()) {
                return Awake.UNCALLED;
            }
            return rest.await(this, shut, spare ? idle : null);
        } catch (Throwable failure) {
            if (!rest.end()) {
                coming.set(false); // a caller has woken this thread for a task
            }
            throw failure;
        }
    }

    // ---- spare threads

    /** Starts spare threads for tasks that have waited too long. */
    private final class SpareThreads implements LateTasks.Threads {
        @Override
        public int count() {
            return started.get();
        }

        @Override
        public int fresh() {
            return fresh.get();
        }

        @Override
        public boolean add(long spare) {
            for (long i = 0; i < spare; i++) {
                int count = started.incrementAndGet();
                fresh.incrementAndGet();
                if (!start(Awake.STARTED)) {
                    return false;
                }
                if (count == Math.max(size, MANY) + 1) {
                    log.warn(
                            "{} has more than {} threads, all of them blocked: let fewer continuations of "
                                    + "emitWithAck(..) and other futures wait at the same time",
                            name,
                            Math.max(size, MANY));
                }
            }
            return true;
        }
    }

    // ---- the end

    private void allEnded() {
        if (standBy != null) {
            standBy.shutdown(); // no thread is left that could hand it a task
        }
    }

    @Override
    public void shutdown() {
        if (shut.compareAndSet(false, true)) {
            while (resting.wakeLast()) {}
            threads.startNoMore();
        }
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        List<Runnable> never = new ArrayList<>();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            if (!(task instanceof LateTasks.Mark)) {
                never.add(task);
            }
        }
        threads.interrupt();
        if (standBy != null) {
            never.addAll(standBy.shutdownNow());
        }
        return never;
    }

    @Override
    public boolean isShutdown() {
        return shut.get();
    }

    @Override
    public boolean isTerminated() {
        return threads.haveEnded() && (standBy == null || standBy.isTerminated());
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long end = System.nanoTime() + unit.toNanos(timeout);
        return threads.awaitEnd(timeout, unit)
                && (standBy == null || standBy.awaitTermination(end - System.nanoTime()));
    }
}
