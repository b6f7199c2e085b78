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
 * The threads that handlers run on: a pool, and where the JDK has them (21 and later) virtual ones once all of it is busy.
 *
 * <p>The futures that applications wait for are completed on threads apart from the handlers': otherwise handlers that
 * all wait for their clients' acks would wait for a thread that none of them leaves. What an application chains to such a
 * future runs there too, and may wait for a further one: so these threads become more while all of them are held, by
 * virtual threads or by spare ones.
 */
public final class HandlerThreads {
    private static final Logger log = LoggerFactory.getLogger(HandlerThreads.class);
    private static final int SECONDS_TO_FINISH = 5;
    /** How long a spare thread waits for a further completion. */
    private static final Duration IDLE = Duration.ofSeconds(10);

    /** On one of our threads, while a task runs: who it runs for. */
    private static final ThreadLocal<@Nullable HandlerThreads> runsFor = new ThreadLocal<>();

    private final @Nullable Executor given;
    private final int size;
    private final Deadlines timer;
    private volatile @Nullable ExecutorService handlers;
    private volatile @Nullable ExecutorService completions;

    /**
     * @param given the application's own executor for handlers; null for ours
     * @param size how many threads the pool has
     * @param timer adds threads for completions, where there are no virtual ones
     */
    public HandlerThreads(@Nullable Executor given, int size, Deadlines timer) {
        this.given = given;
        this.size = size;
        this.timer = timer;
    }

    public void start() {
        if (given == null) {
            handlers = new HandlerPool("gangway-handler", size, virtualThreads());
        }
        ExecutorService virtual = virtualThreads();
        completions = virtual == null
                ? HandlerPool.growing("gangway-completion", size, timer, IDLE, Thread::start)
                : new HandlerPool("gangway-completion", size, virtual);
    }

    /** Runs a turn of a mailbox; false if there is no thread for it, now or later. */
    boolean handle(Runnable turn) {
        return run(given != null ? given : handlers, turn);
    }

    /**
     * Does the same for a caller that must not be held: the timer, a thread that writes, or one that has others wait. An
     * executor that was given may run a task on the thread that hands it over.
     *
     * @param refused runs if there is no thread for the turn
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

    /** Completes a future of the application's. */
    public void complete(Runnable completion) {
        run(completions, completion);
    }

    /** Does the same, on this thread if there is no other any more. */
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
            log.debug("a task is refused by the executor", refused);
            return false;
        }
    }

    /** Lets what runs finish, for a few seconds; unless it is what runs that calls. */
    public void close() {
        int seconds = runsFor.get() == this ? 0 : SECONDS_TO_FINISH;
        finish(handlers, seconds);
        finish(completions, seconds);
        handlers = null;
        completions = null;
    }

    private static void finish(@Nullable ExecutorService executor, int seconds) {
        if (executor == null) {
            return;
        }
        executor.shutdown();
        try {
            if (seconds > 0 && !executor.awaitTermination(seconds, TimeUnit.SECONDS)) {
                log.warn("handlers still run {} s after the engine was closed: they are interrupted", seconds);
                executor.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** Java 21's executor of virtual threads, looked up by name because the classes are compiled for 17. */
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
            log.warn("virtual threads are there but cannot be used; the pool is all there is", unexpected);
            return null;
        }
    }
}
