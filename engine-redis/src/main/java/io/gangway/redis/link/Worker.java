package io.gangway.redis.link;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what may wait for Redis, one task at a time, in order; nothing after it is closed. Thread-safe. */
final class Worker implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final ExecutorService executor;

    Worker(String threadName) {
        executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException isClosed) {
            LOG.debug("the cluster is closed; its worker takes no more tasks");
        }
    }

    /** Takes no more tasks; those it has are still run. */
    void close() {
        executor.shutdown();
    }
}
