package io.gangway;

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
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads of handlers, which may block: while one of the pool's own threads rests, no task waits; once none does and
 * there are as many as there may be, tasks wait, or are run by the executor that stands by. Tasks begin in their order; how
 * many wait is for the caller to bound.
 *
 * <p>The thread that began to rest last is woken first, because its caches are warm. None of the JDK's executors does both:
 * a {@code ThreadPoolExecutor} goes round all of its threads; the {@code ForkJoinPool} of Java 17 leaves a task that comes
 * as a thread begins to rest to the other threads, which may be blocked; and each virtual thread costs more than a handler
 * that does little.
 */
final class HandlerPool extends AbstractExecutorService {
    private final String name;
    private final int size;
    private final @Nullable ExecutorService standBy;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** Who began to rest last, above who did before. */
    private final AtomicReference<@Nullable Rest> resting = new AtomicReference<>();
    /** A thread is on its way to the tasks, and will take one: whoever adds one meanwhile need not wake another. */
    private final AtomicBoolean coming = new AtomicBoolean();

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger alive = new AtomicInteger(1); // the pool itself, until it is shut down
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean shut = new AtomicBoolean();

    /** A thread that waits for tasks, until one that adds them, or itself, ends that. */
    private static final class Rest {
        private final Thread thread = Thread.currentThread();
        private final AtomicBoolean over = new AtomicBoolean();
        private @Nullable Rest below;

        /** True for whoever is first. */
        boolean end() {
            return over.compareAndSet(false, true);
        }
    }

    /**
     * @param size how many threads there are at most; each is started when there is no other for a task
     * @param standBy gets what there is no thread for, and ends with the pool; null lets it wait
     */
    HandlerPool(String name, int size, @Nullable ExecutorService standBy) {
        this.name = name;
        this.size = size;
        this.standBy = standBy;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (shut.get() && tasks.remove(task)) {
            throw new RejectedExecutionException(name + " is shut down");
        }
        wake();
    }

    /** Sees to it that a thread comes, if there is one left for a task that waits. */
    private void wake() {
        while (!tasks.isEmpty() && coming.compareAndSet(false, true)) {
            Rest last = lastRest();
            if (last != null) {
                LockSupport.unpark(last.thread);
                return;
            }
            if (start()) {
                return;
            }
            Runnable task = standBy == null ? null : tasks.poll();
            coming.set(false);
            if (standBy != null && task != null) {
                standBy.execute(task);
            } else if (resting.get() == null) {
                return; // whoever rests next looks for tasks once more, after it is seen to rest
            }
        }
    }

    private @Nullable Rest lastRest() {
        while (true) {
            Rest top = resting.get();
            if (top == null) {
                return null;
            }
            if (resting.compareAndSet(top, top.below) && top.end()) {
                return top;
            }
        }
    }

    private boolean start() {
        int number = started.get();
        while (number < size) {
            if (started.compareAndSet(number, number + 1)) {
                Thread thread = new Thread(this::work, name + "-" + number);
                thread.setDaemon(true);
                threads.add(thread);
                alive.incrementAndGet();
                try {
                    thread.start();
                } catch (Throwable noThread) {
                    started.decrementAndGet();
                    coming.set(false);
                    ended(thread);
                    throw noThread;
                }
                return true;
            }
            number = started.get();
        }
        return false;
    }

    private void work() {
        try {
            boolean called = true;
            while (true) {
                if (called) {
                    coming.set(false);
                }
                Runnable task = tasks.poll();
                if (task != null) {
                    if (called) {
                        wake(); // there may be more than one
                        called = false;
                    }
                    run(task);
                } else if (!shut.get()) {
                    called = rest();
                } else if (tasks.isEmpty()) {
                    return;
                }
            }
        } finally {
            ended(Thread.currentThread());
        }
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

    /** Waits for tasks; true if the thread was called, which then is the one that comes. */
    private boolean rest() {
        Rest rest = new Rest();
        do {
            rest.below = lastNotOver();
        } while (!resting.compareAndSet(rest.below, rest));
        if ((!tasks.isEmpty() || shut.get()) && rest.end()) {
            return false;
        }
        while (!rest.over.get()) {
            LockSupport.park(this);
            if (Thread.interrupted() && shut.get() && rest.end()) {
                return false;
            }
        }
        return true;
    }

    /** Who rests last, with the rests above that its own threads have ended taken off: they would be ever more. */
    private @Nullable Rest lastNotOver() {
        Rest top = resting.get();
        while (top != null && top.over.get()) {
            resting.compareAndSet(top, top.below);
            top = resting.get();
        }
        return top;
    }

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
            for (Rest rest = lastRest(); rest != null; rest = lastRest()) {
                LockSupport.unpark(rest.thread);
            }
            end();
        }
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        List<Runnable> never = new ArrayList<>();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            never.add(task);
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
