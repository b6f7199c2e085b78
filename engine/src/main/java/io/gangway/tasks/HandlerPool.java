package io.gangway.tasks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
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

    private final String name;
    private final int size;
    private final @Nullable ExecutorService standBy;
    private final Duration idle;
    private final Consumer<Thread> starter;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final RestingThreads resting = new RestingThreads();
    /** Whether a woken thread is about to take a task, so that a caller that adds a task need not wake another. */
    private final AtomicBoolean coming = new AtomicBoolean();

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger named = new AtomicInteger();
    private final AtomicBoolean exhausted = new AtomicBoolean();

    // Only for a growing pool.
    private final @Nullable LateTasks late;
    /** Started spare threads that have not looked for a task yet. */
    private final AtomicInteger fresh = new AtomicInteger();

    private final AtomicInteger alive = new AtomicInteger(1); // the pool itself, until it is shut down
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean shut = new AtomicBoolean();

    /** Why a thread is awake. */
    private enum Awake {
        /** It was woken for a task, and is the one {@link #coming}. */
        CALLED,
        /** It is a new spare thread. */
        STARTED,
        /** It woke by itself, because a task may be waiting. */
        UNCALLED,
        /** It woke by itself, after an idle time. */
        IDLE
    }

    /**
     * @param size the maximum number of threads; each is started when no other is free for a task
     * @param standBy runs tasks for which no thread is free, and is shut down with the pool; if null, tasks wait
     */
    HandlerPool(String name, int size, @Nullable ExecutorService standBy) {
        this(name, size, standBy, Thread::start);
    }

    /** @param starter starts a thread, or throws what {@link Thread#start} throws */
    HandlerPool(String name, int size, @Nullable ExecutorService standBy, Consumer<Thread> starter) {
        this(name, size, standBy, null, Duration.ZERO, starter);
    }

    private HandlerPool(
            String name,
            int size,
            @Nullable ExecutorService standBy,
            @Nullable Deadlines timer,
            Duration idle,
            Consumer<Thread> starter) {
        this.name = name;
        this.size = size;
        this.standBy = standBy;
        this.late = timer == null ? null : new LateTasks(tasks, timer, new SpareThreads());
        this.idle = idle;
        this.starter = starter;
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
        return new HandlerPool(name, size, null, timer, idle, starter);
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (shut.get() && tasks.remove(task)) {
            throw new RejectedExecutionException("cannot run a task: " + name + " is shut down");
        }
        wake();
        if (started.get() == 0 && late == null && tasks.remove(task)) {
            throw new RejectedExecutionException(
                    "cannot run a task: " + name + " has no thread, and the system refuses to start one");
        }
    }

    /** Wakes or starts a thread for a waiting task, if the pool has one left. */
    private void wake() {
        while (!tasks.isEmpty() && coming.compareAndSet(false, true)) {
            if (resting.wakeLast() || start()) {
                return;
            }
            Runnable task = standBy == null ? null : tasks.poll();
            coming.set(false);
            if (standBy != null && task != null) {
                standBy.execute(task);
            } else if (resting.isEmpty()) {
                if (late != null) {
                    late.watch();
                }
                return; // a thread that becomes idle checks for tasks once more afterwards
            }
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
        Thread thread = new Thread(() -> work(beginning), name + "-" + named.getAndIncrement());
        thread.setDaemon(true);
        threads.add(thread);
        alive.incrementAndGet();
        try {
            starter.accept(thread);
        } catch (Throwable noThread) {
            started.decrementAndGet();
            if (beginning == Awake.STARTED) {
                fresh.decrementAndGet();
            }
            ended(thread);
            if (exhausted.compareAndSet(false, true)) {
                log.warn(
                        "{} cannot start another thread, so tasks wait for one of its {}: let handlers and "
                                + "continuations block less, or raise the system's limit of threads",
                        name,
                        started.get(),
                        noThread);
            }
            return false;
        }
        exhausted.set(false);
        return true;
    }

    private void work(Awake beginning) {
        try {
            Awake awake = beginning;
            while (true) {
                if (awake == Awake.CALLED) {
                    coming.set(false);
                }
                Runnable task = tasks.poll();
                if (awake == Awake.STARTED) {
                    fresh.decrementAndGet();
                }
                if (task != null) {
                    if (awake == Awake.CALLED) {
                        wake(); // more tasks may be waiting
                    }
                    awake = Awake.UNCALLED;
                    if (late != null) {
                        late.begins();
                    }
                    run(task);
                } else if (shut.get()) {
                    if (tasks.isEmpty()) {
                        return;
                    }
                } else if (awake == Awake.IDLE && isSpare()) {
                    return;
                } else {
                    awake = rest();
                }
            }
        } finally {
            ended(Thread.currentThread());
        }
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

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) {
            // A failing task must not end the thread, which other tasks need.
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        } finally {
            Thread.interrupted(); // an interrupt was meant for this task only
        }
    }

    /** Waits for tasks; for at most {@link #idle} if the pool has spare threads. */
    private Awake rest() {
        boolean spare = started.get() > size;
        long begun = spare ? System.nanoTime() : 0;
        RestingThreads.Rest rest = resting.begin();
        if ((!tasks.isEmpty() || shut.get()) && rest.end()) {
            return Awake.UNCALLED;
        }
        while (!rest.isOver()) {
            if (spare) {
                LockSupport.parkNanos(this, idle.toNanos());
            } else {
                LockSupport.park(this);
            }
            if (Thread.interrupted() && shut.get() && rest.end()) {
                return Awake.UNCALLED;
            }
            if (spare && System.nanoTime() - begun >= idle.toNanos() && rest.end()) {
                return Awake.IDLE;
            }
        }
        return Awake.CALLED;
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
                if (started.incrementAndGet() == Math.max(size, MANY) + 1) {
                    log.warn(
                            "{} has more than {} threads, all of them blocked: let fewer continuations of "
                                    + "emitWithAck(..) and other futures wait at the same time",
                            name,
                            Math.max(size, MANY));
                }
                fresh.incrementAndGet();
                if (!start(Awake.STARTED)) {
                    return false;
                }
            }
            return true;
        }
    }

    // ---- the end

    private void ended(Thread thread) {
        threads.remove(thread);
        end();
    }

    private void end() {
        if (alive.decrementAndGet() == 0) {
            if (standBy != null) {
                standBy.shutdown(); // no thread is left that could hand it a task
            }
            ended.countDown();
        }
    }

    @Override
    public void shutdown() {
        if (shut.compareAndSet(false, true)) {
            while (resting.wakeLast()) {}
            end();
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
        threads.forEach(Thread::interrupt);
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
        return ended.getCount() == 0 && (standBy == null || standBy.isTerminated());
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long end = System.nanoTime() + unit.toNanos(timeout);
        return ended.await(timeout, unit)
                && (standBy == null || standBy.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS));
    }
}
