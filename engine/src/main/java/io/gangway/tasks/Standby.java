package io.gangway.tasks;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs a pool's tasks for which none of its threads is free, and counts those that run. Thread-safe. */
final class Standby {
    private final ExecutorService executor;
    private final AtomicInteger running = new AtomicInteger();

    Standby(ExecutorService executor) {
        this.executor = executor;
    }

    /** How many tasks run now, or are about to. */
    int running() {
        return running.get();
    }

    void run(Runnable task) {
        running.incrementAndGet();
        try {
            executor.execute(() -> {
                try {
                    task.run();
                } finally {
                    running.decrementAndGet();
                }
            });
        } catch (Throwable refused) {
            running.decrementAndGet();
            throw refused;
        }
    }

    void shutdown() {
        executor.shutdown();
    }

    List<Runnable> shutdownNow() {
        return executor.shutdownNow();
    }

    boolean isTerminated() {
        return executor.isTerminated();
    }

    boolean awaitTermination(long nanos) throws InterruptedException {
        return executor.awaitTermination(nanos, TimeUnit.NANOSECONDS);
    }
}
