package io.gangway.tasks;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that run handlers: a pool and, on JDK 21 and later, virtual threads once all of its threads are busy.
 *
 * <p>Futures of the application are completed on separate threads: otherwise handlers that all wait for their clients'
 * acks would wait for a thread that none of them releases. Callbacks that an application chains to such a future run
 * there too, and may wait for another future: so these threads grow in number while all of them are blocked, by virtual
 * or by spare threads.
 */
public final class HandlerThreads {
    private static final Logger log = LoggerFactory.getLogger(HandlerThreads.class);
    /** How long a spare thread waits for another completion. */
    private static final Duration IDLE = Duration.ofSeconds(10);

    /** Set on each of these threads while it runs a task: the instance it runs for. */
    private static final ThreadLocal<@Nullable HandlerThreads> runsFor = new ThreadLocal<>();

    private final @Nullable Executor given;
    private final int size;
    private final Deadlines timer;
    private volatile @Nullable HandlerPool handlers;
    private volatile @Nullable ExecutorService completions;

    /**
     * @param given the application's own executor for handlers; null for the built-in pool
     * @param size the number of threads of the built-in pool
     * @param timer watches handlers that wait for a thread and, on a JDK without virtual threads, starts spare threads
     *     for completions
     */
    public HandlerThreads(@Nullable Executor given, int size, Deadlines timer) {
        this.given = given;
        this.size = size;
        this.timer = timer;
    }

    /** What the threads of handlers are doing now; nothing is known of an application's executor. */
    public HandlerLoad load() {
        HandlerPool pool = handlers;
        return pool == null ? HandlerLoad.NONE : pool.load();
    }

    public void start() {
        if (given == null) {
            handlers = HandlerPool.watched("gangway-handler", size, virtualThreads(), timer);
        }
        ExecutorService virtual = virtualThreads();
        completions = virtual == null
                ? HandlerPool.growing("gangway-completion", size, timer, IDLE, Thread::start)
                : new HandlerPool("gangway-completion", size, virtual);
    }

    /** Runs a turn of a mailbox; false if no thread will ever run it. */
    boolean handle(Runnable turn) {
        return run(given != null ? given : handlers, turn);
    }

    /**
     * Does the same for a caller that must not block: the timer, a writing thread, or one for which others wait. An
     * application's executor may run a task on the calling thread.
     *
     * @param refused runs if no thread will run the turn
     */
    public void handleApart(Runnable turn, Runnable refused) {
        if (given != null) {
            completeOrRun(() -> handleOr(turn, refused));
        } else {
            handleOr(turn, refused);
        }
    }

    private void handleOr(Runnable turn, Runnable refused) {
        if (!handle(turn)) {
            refused.run();
        }
    }

    /** Completes a future of the application on a completion thread. */
    public void complete(Runnable completion) {
        run(completions, completion);
    }

    /** Completes a future of the application once {@code delay} has passed, unless it is cancelled before. */
    public Deadlines.Deadline completeAfter(Duration delay, Runnable completion) {
        return timer.after(delay, () -> complete(completion));
    }

    /** Completes a future of the application, but on this thread if no completion thread is left. */
    public void completeOrRun(Runnable completion) {
        if (!run(completions, completion)) {
            completion.run();
        }
    }

    private boolean run(@Nullable Executor executor, Runnable task) {
        if (executor == null) {
            return false; // not started, or closed
        }
        try {
            executor.execute(() -> {
                runsFor.set(this);
                try {
                    task.run();
                } finally {
                    runsFor.remove();
                }
            });
            return true;
        } catch (RejectedExecutionException refused) {
            log.debug("the executor refused a task", refused);
            return false;
        }
    }

    /** Waits for running tasks to finish, then interrupts them; does neither if one of them is the caller. */
    public void close(Duration patience) {
        boolean waits = runsFor.get() != this;
        long end = System.nanoTime() + patience.toNanos();
        finish(handlers, waits, end);
        finish(completions, waits, end);
        handlers = null;
        completions = null;
    }

    private static void finish(@Nullable ExecutorService executor, boolean waits, long end) {
        if (executor == null) {
            return;
        }
        executor.shutdown();
        try {
            if (waits && !executor.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                log.warn("handlers still run though the time to close the engine is up: interrupting them");
                executor.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** Java 21's executor of virtual threads, looked up by name because this code is compiled for 17. */
    private static @Nullable ExecutorService virtualThreads() {
        try {
            return (ExecutorService) MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class))
                    .invoke();
        } catch (NoSuchMethodException | UnsupportedOperationException before21) {
            return null;
        } catch (Throwable unexpected) {
            log.warn("cannot use this JDK's virtual threads; handlers run only on the pool", unexpected);
            return null;
        }
    }
}
