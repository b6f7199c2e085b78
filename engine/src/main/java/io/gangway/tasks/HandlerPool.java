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
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of handlers, which may block: while one of the pool's own threads rests, no task waits; once none does and
 * there are as many as there may be, tasks wait, or are run by the executor that stands by. Tasks begin in their order; how
 * many wait is for the caller to bound.
 *
 * <p>A {@linkplain #growing growing} pool is for tasks that may wait for each other: when one has waited for a thread for
 * too long, a timer starts spare threads, which end when they have nothing to do.
 *
 * <p>The thread that began to rest last is woken first, because its caches are warm. None of the JDK's executors does both:
 * a {@code ThreadPoolExecutor} goes round all of its threads; the {@code ForkJoinPool} of Java 17 leaves a task that comes
 * as a thread begins to rest to the other threads, which may be blocked; and each virtual thread costs more than a handler
 * that does little.
 */
final class HandlerPool extends AbstractExecutorService {
    private static final Logger log = LoggerFactory.getLogger(HandlerPool.class);

    /** How long a task of a growing pool waits before it gets a spare thread. */
    private static final Duration PATIENCE = Duration.ofMillis(20);
    /** How many spare threads are started in one go at most: the timer has more to do. */
    private static final int MOST_AT_ONCE = 256;
    /** Threads that begin so many tasks each within that patience are not held: then it is the processors that are busy. */
    private static final int BRISK = 4;
    /** That more threads than this all block is no accident. */
    private static final int MANY = 1_000;

    private final String name;
    private final int size;
    private final @Nullable ExecutorService standBy;
    private final @Nullable Deadlines timer;
    private final Duration idle;
    private final Consumer<Thread> starter;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final RestingThreads resting = new RestingThreads();
    /** A thread is on its way to the tasks, and will take one: whoever adds one meanwhile need not wake another. */
    private final AtomicBoolean coming = new AtomicBoolean();

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger named = new AtomicInteger();
    private final AtomicBoolean exhausted = new AtomicBoolean();

    // Of a growing pool.
    /** The timer looks after what waits. */
    private final AtomicBoolean watched = new AtomicBoolean();
    /** Spare threads that have been started and have yet to look for a task. */
    private final AtomicInteger fresh = new AtomicInteger();

    private final LongAdder begun = new LongAdder();
    /** How many spare threads the next look may start. Confined to who watches. */
    private int atOnce;

    private final AtomicInteger alive = new AtomicInteger(1); // the pool itself, until it is shut down
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean shut = new AtomicBoolean();

    /** How a thread's rest ended. */
    private enum Awake {
        /** By somebody who has a task for it: it is the one that comes. */
        CALLED,
        /** It did not rest: it is a spare one, and new. */
        STARTED,
        /** By itself, because there may be a task. */
        UNCALLED,
        /** By itself, after a while without one. */
        IDLE
    }

    /** Among the tasks that wait, tells those before it from those behind it. */
    private static final class Mark implements Runnable {
        private volatile boolean passed;

        @Override
        public void run() {
            passed = true;
        }
    }

    /**
     * @param size how many threads there are at most; each is started when there is no other for a task
     * @param standBy gets what there is no thread for, and ends with the pool; null lets it wait
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
        this.timer = timer;
        this.idle = idle;
        this.starter = starter;
    }

    /**
     * A pool in which no task waits for long, whatever the others wait for.
     *
     * @param size beyond so many, threads are spare ones
     * @param timer starts spare threads, ever more at once while there are tasks that have waited for 20 ms
     * @param idle after so long without a task a spare thread ends
     * @param starter starts a thread, or throws what {@link Thread#start} throws
     */
    static HandlerPool growing(String name, int size, Deadlines timer, Duration idle, Consumer<Thread> starter) {
        return new HandlerPool(name, size, null, timer, idle, starter);
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (shut.get() && tasks.remove(task)) {
            throw new RejectedExecutionException(name + " is shut down");
        }
        wake();
        if (started.get() == 0 && timer == null && tasks.remove(task)) {
            throw new RejectedExecutionException(name + " has no thread, and the system gives it none");
        }
    }

    /** Sees to it that a thread comes, if there is one left for a task that waits. */
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
                watch();
                return; // whoever rests next looks for tasks once more, after it is seen to rest
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

    /** Starts a thread that is counted already; false, and it is no more counted, if the system gives none. */
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
                        "{} cannot start a thread beside its {}, so that tasks wait until one is free: let handlers and "
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
                        wake(); // there may be more than one
                    }
                    awake = Awake.UNCALLED;
                    if (timer != null) {
                        begun.increment();
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

    /** Whether there is a thread too many, which then is the calling one; not if it has got something to do just now. */
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
            // The thread is for others, too.
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        } finally {
            Thread.interrupted(); // it was meant for this task
        }
    }

    /** Waits for tasks; not for ever if there are spare threads. */
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

    /** Has the timer look, some time later, whether what waits now has got its thread. */
    private void watch() {
        if (timer != null && !tasks.isEmpty() && watched.compareAndSet(false, true)) {
            atOnce = 1;
            mark(timer);
        }
    }

    private void mark(Deadlines looking) {
        Mark mark = new Mark();
        tasks.add(mark);
        long before = begun.sum();
        looking.after(PATIENCE, () -> look(looking, mark, before));
    }

    private void look(Deadlines looking, Mark mark, long before) {
        if (!mark.passed) {
            int most = atOnce + fresh.get();
            long late =
                    tasks.stream().takeWhile(task -> task != mark).limit(most).count();
            boolean held = begun.sum() - before <= (long) BRISK * started.get();
            if (tasks.remove(mark) && held) {
                grow(late - fresh.get());
            }
        }
        if (tasks.isEmpty()) {
            watched.set(false);
            watch(); // for a task that came while it was watched still
        } else {
            mark(looking);
        }
    }

    /** Starts spare threads, for tasks that have waited for too long; the next time as many again may come. */
    private void grow(long count) {
        for (long i = 0; i < count; i++) {
            if (started.incrementAndGet() == Math.max(size, MANY) + 1) {
                log.warn(
                        "{} has more than {} threads that all block: let continuations of emitWithAck(..) and the like not "
                                + "wait, or fewer of them at once",
                        name,
                        Math.max(size, MANY));
            }
            fresh.incrementAndGet();
            if (!start(Awake.STARTED)) {
                return; // until the next look
            }
        }
        if (count > 0) {
            atOnce = Math.min(2 * atOnce, MOST_AT_ONCE);
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
                standBy.shutdown(); // nobody is left who gives it something
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
            if (!(task instanceof Mark)) {
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
