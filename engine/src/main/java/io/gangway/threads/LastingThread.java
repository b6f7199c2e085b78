package io.gangway.threads;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon thread of the engine that runs one piece of work round by round until {@link #end()}, and survives whatever
 * a round throws.
 *
 * <pre>
 *             start()                       end()
 *   new ------------------> running --------------------> ended
 *                           |    ^
 *   the thread ends anyway  |    |  another takes over
 *                           +----+
 * </pre>
 *
 * <p>After a failed round the thread pauses briefly, then begins the next. Between the two it needs no memory: what
 * cannot be logged is only counted. Thread-safe.
 */
public final class LastingThread {
    private static final Logger log = LoggerFactory.getLogger(LastingThread.class);

    /** The pause after a failed round, so that rounds that keep failing do not occupy a processor. */
    private static final long PAUSE_NANOS = 10_000_000;
    /** How long a thread that starts waits until it checks again whether the earlier one has ended. */
    private static final long BRIEFLY_NANOS = 1_000_000;
    /** The shortest time between two log lines about failed rounds. */
    private static final long SILENCE_NANOS = 10_000_000_000L;

    private final String name;
    private final Runnable round;
    private final Runnable pause;

    /** The thread that runs the rounds; null before the start and after the end. */
    private final AtomicReference<@Nullable Thread> running = new AtomicReference<>();
    /** The thread started last, which may still be in its last round. */
    private volatile @Nullable Thread latest;

    // Confined to the running thread.
    private boolean complained;
    private long lastComplaint;
    private int unmentioned;

    /** @param round one round of the work; returns soon, or waits so that {@link #wake()} ends the wait */
    public LastingThread(String name, Runnable round) {
        this(name, round, () -> LockSupport.parkNanos(PAUSE_NANOS));
    }

    /** @param pause runs after a failed round; if it fails as well, the thread ends and another takes over */
    LastingThread(String name, Runnable round, Runnable pause) {
        this.name = name;
        this.round = round;
        this.pause = pause;
    }

    /** Starts the thread; also after {@link #end()}, once the earlier thread has finished its last round. */
    public void start() {
        Thread first = newThread();
        running.set(first);
        first.start();
    }

    /** Ends a wait of the thread in {@link LockSupport#park}. */
    public void wake() {
        LockSupport.unpark(running.get());
    }

    /** Ends the thread after its current round. */
    public void end() {
        LockSupport.unpark(running.getAndSet(null));
    }

    private Thread newThread() {
        Thread before = latest;
        Thread created = new Thread(() -> live(before), name);
        created.setDaemon(true);
        latest = created;
        return created;
    }

    private void live(@Nullable Thread before) {
        Thread self = Thread.currentThread();
        try {
            awaitEnd(before);
            while (running.get() == self) {
                try {
                    round.run();
                } catch (Throwable failure) {
                    survive(failure);
                }
                Thread.interrupted(); // an interrupted thread could not rest in its next rounds
            }
        } finally {
            if (running.get() == self) {
                handOver(self);
            }
        }
    }

    /** Rounds never overlap, so that what they work on may be confined to them. */
    private static void awaitEnd(@Nullable Thread before) {
        while (before != null && before.isAlive()) {
            LockSupport.parkNanos(BRIEFLY_NANOS);
        }
    }

    private void survive(Throwable failure) {
        try {
            complain(failure);
        } catch (Throwable unreportable) {
            unmentioned++;
        }
        Thread.interrupted(); // nor could it pause
        pause.run();
    }

    private void complain(Throwable failure) {
        long now = System.nanoTime();
        if (complained && now - lastComplaint < SILENCE_NANOS) {
            unmentioned++;
            return;
        }
        log.error("{} failed and goes on ({} failures before this one were not logged)", name, unmentioned, failure);
        complained = true;
        lastComplaint = now;
        unmentioned = 0;
    }

    /** The calling thread is about to end, though nobody asked it to: starts another, however often that fails. */
    private void handOver(Thread ending) {
        Thread current = ending;
        boolean started = false;
        while (!started && running.get() == current) {
            try {
                Thread successor = newThread();
                if (running.compareAndSet(current, successor)) {
                    current = successor;
                    successor.start();
                    started = true;
                }
            } catch (Throwable notYet) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        if (started) {
            log.error("{} ended unexpectedly; another thread has taken over its work", name);
        }
    }
}
