package io.gangway.tasks;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the threads of one pool, and knows which are alive. Thread-safe.
 *
 * @param <B> how a thread begins
 */
final class PoolThreads<B> {
    private static final Logger log = LoggerFactory.getLogger(PoolThreads.class);

    private final String name;
    private final Consumer<Thread> starter;
    private final Consumer<B> life;
    private final Runnable whenAllEnded;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger named = new AtomicInteger();
    private final AtomicInteger alive = new AtomicInteger(1); // the pool itself, until it is shut down
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean exhausted = new AtomicBoolean();

    /**
     * @param starter starts a thread, or throws what {@link Thread#start} throws
     * @param life what a thread does, which must call {@link #ended} at its end
     * @param whenAllEnded runs once the pool is shut down and its last thread has ended
     */
    PoolThreads(String name, Consumer<Thread> starter, Consumer<B> life, Runnable whenAllEnded) {
        this.name = name;
        this.starter = starter;
        this.life = life;
        this.whenAllEnded = whenAllEnded;
    }

    /**
     * Starts a thread; false if the system refuses.
     *
     * @param others how many threads the pool has besides; for the log
     */
    boolean start(B beginning, int others) {
        alive.incrementAndGet();
        Thread thread = null;
        try {
            thread = new Thread(() -> life.accept(beginning), name + "-" + named.getAndIncrement());
            thread.setDaemon(true);
            threads.add(thread);
            starter.accept(thread);
        } catch (Throwable noThread) {
            if (thread != null) {
                threads.remove(thread);
            }
            end();
            warn(others, noThread);
            return false;
        }
        exhausted.set(false);
        return true;
    }

    private void warn(int others, Throwable noThread) {
        try {
            if (exhausted.compareAndSet(false, true)) {
                log.warn(
                        "{} cannot start another thread, so tasks wait for one of its {}: let handlers and "
                                + "continuations block less, or raise the system's limit of threads",
                        name,
                        others,
                        noThread);
            }
        } catch (Throwable unreportable) {
            // No memory even for a log line: the tasks wait all the same.
        }
    }

    /** @param unexpected whether the thread ends because of a failure; another may take its place */
    void ended(Thread thread, boolean unexpected) {
        threads.remove(thread);
        end();
        if (unexpected) {
            log.error("{} ended unexpectedly; another thread takes its place", thread.getName());
        }
    }

    /** The pool is shut down: once its threads have ended, none will be started. */
    void startNoMore() {
        end();
    }

    private void end() {
        if (alive.decrementAndGet() == 0) {
            whenAllEnded.run();
            ended.countDown();
        }
    }

    /** The threads that are alive now. */
    Collection<Thread> all() {
        return List.copyOf(threads);
    }

    void interrupt() {
        threads.forEach(Thread::interrupt);
    }

    boolean haveEnded() {
        return ended.getCount() == 0;
    }

    boolean awaitEnd(long timeout, TimeUnit unit) throws InterruptedException {
        return ended.await(timeout, unit);
    }
}
