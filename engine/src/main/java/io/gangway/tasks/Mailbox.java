package io.gangway.tasks;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Connection;
import io.gangway.logs.SparingLog;
import io.gangway.threads.Uncaught;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The queue of one connection's received but unhandled messages. They are handled one at a time, in order, on the
 * handler threads.
 *
 * <p>Limited in events and bytes: when it is full, reading from the client stops. Thread-safe.
 */
public final class Mailbox {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(Mailbox.class));

    /** After this many tasks the thread moves on to another connection. */
    private static final int TASKS_PER_TURN = 64;
    /** How long an answer waits to be sent together with later ones, even if a handler blocks longer. */
    private static final Duration FLUSH = Duration.ofMillis(10);
    /** The memory of an event besides its text, in bytes. */
    private static final int OVERHEAD = 256;

    /** How many tasks may wait, and how many bytes of them, before reading stops. */
    public record Limits(int events, long bytes) {}

    private final HandlerThreads threads;
    private final Deadlines deadlines;
    private final Connection connection;
    private final Limits limits;

    private final Object flow = new Object();

    // Guarded by this.
    private @Nullable ArrayDeque<Task> tasks;
    private int events;
    private long bytes;
    private boolean scheduled;
    private boolean paused;

    /** Flushes this turn's queued answers; null while there are none. Confined to the turn. */
    private Deadlines.@Nullable Deadline flush;

    /** The thread that is handling a task. */
    private volatile @Nullable Thread current;

    /** A task in this connection's order; {@code bytes} is 0 for a task of the engine itself. */
    private record Task(Runnable action, int bytes) {}

    public Mailbox(HandlerThreads threads, Deadlines deadlines, Connection connection, Limits limits) {
        this.threads = threads;
        this.deadlines = deadlines;
        this.connection = connection;
        this.limits = limits;
    }

    /** Queues a received message; called on the connection's reading thread. */
    public void receive(Runnable action, int size) {
        boolean full;
        synchronized (this) {
            events++;
            bytes += size + OVERHEAD;
            full = !paused && (events >= limits.events || bytes >= limits.bytes);
            paused |= full;
        }
        if (add(new Task(action, size + OVERHEAD))) {
            schedule();
        }
        if (full) {
            regulate();
        }
    }

    /**
     * Pauses or resumes the connection as last decided; one thread at a time, so that an older decision cannot
     * overwrite a newer one.
     */
    private void regulate() {
        synchronized (flow) {
            boolean pause;
            synchronized (this) {
                pause = paused;
            }
            if (pause) {
                connection.pause();
            } else {
                connection.resume();
            }
        }
    }

    private void regulateIfPossible() {
        try {
            regulate();
        } catch (Throwable failure) {
            Uncaught.report(failure);
        }
    }

    /** Queues a task of the engine, which is never refused; may be called on any thread, including the timer's. */
    public void post(Runnable action) {
        if (add(new Task(action, 0))) {
            threads.handleApart(this::turn, this::giveUp);
        }
    }

    /** Whether the calling thread is handling a task of this mailbox. */
    public boolean isCurrent() {
        return current == Thread.currentThread();
    }

    /**
     * Whether a task is running, other than on the calling thread or one of {@code others}, or a task of the engine
     * waits.
     */
    public synchronized boolean isBusy(Set<Thread> others) {
        Thread running = current;
        if (running != null && running != Thread.currentThread() && !others.contains(running)) {
            return true;
        }
        return tasks != null && tasks.stream().anyMatch(task -> task.bytes == 0);
    }

    /** Drops the received messages that wait, and resumes reading if they had stopped it. */
    public void dropReceived() {
        boolean resume;
        synchronized (this) {
            if (tasks != null) {
                tasks.removeIf(task -> task.bytes > 0);
            }
            events = 0;
            bytes = 0;
            resume = paused;
            paused = false;
        }
        if (resume) {
            regulate();
        }
    }

    /** Whether the running task is the last one. */
    public synchronized boolean isEmpty() {
        return tasks == null || tasks.isEmpty();
    }

    /**
     * Called within a turn after an answer was queued: flushes the connection at the end of the turn, or after
     * {@link #FLUSH} if a handler takes longer.
     */
    public void flushesLater() {
        Deadlines.Deadline due = flush;
        // A flush that is no longer pending may have run before this answer was queued.
        if (due == null || !due.isPending()) {
            try {
                flush = deadlines.after(FLUSH, connection::flush);
            } catch (OutOfMemoryError lacking) {
                connection.flush(); // rather more writes than an answer that is never written
            }
        }
    }

    private void flush() {
        Deadlines.Deadline due = flush;
        if (due != null) {
            due.cancel();
            flush = null;
            connection.flush();
        }
    }

    /** Adds a task; true if the caller has to start a turn. */
    private synchronized boolean add(Task task) {
        if (tasks == null) {
            tasks = new ArrayDeque<>(2);
        }
        tasks.add(task);
        boolean wake = !scheduled;
        scheduled = true;
        return wake;
    }

    private void schedule() {
        if (!threads.handle(this::turn)) {
            giveUp();
        }
    }

    /** No thread will handle this client's messages any more: it should connect to another server. */
    private void giveUp() {
        connection.close(CloseReason.FORCED_CLOSE, "no thread can handle the client's messages");
    }

    /** Whatever fails, the mailbox must not be left with tasks but without a thread: its client would wait for good. */
    private void turn() {
        boolean more = handleSome();
        while (more && !handOver()) {
            more = handleSome();
        }
    }

    /** Handles one turn's tasks; true if more may wait. */
    private boolean handleSome() {
        for (int i = 0; i < TASKS_PER_TURN; i++) {
            Task task = next();
            if (task == null) {
                return false;
            }
            run(task);
            if (flush != null && isEmpty()) {
                flushIfPossible(); // before next() ends the turn and another may begin
            }
        }
        flushIfPossible();
        return true;
    }

    /** Has another turn follow; false if that is impossible for now, as without memory. */
    private boolean handOver() {
        try {
            schedule();
            return true;
        } catch (Throwable failure) {
            Uncaught.report(failure);
            return false;
        }
    }

    private void flushIfPossible() {
        try {
            flush();
        } catch (Throwable failure) {
            Uncaught.report(failure);
        }
    }

    private void run(Task task) {
        try {
            task.action.run();
        } catch (Throwable failure) {
            // Failures of handlers have been dealt with already: this one is the engine's own, and ends only this task.
            report(failure);
        } finally {
            current = null;
        }
    }

    private static void report(Throwable failure) {
        try {
            sparing.error(failure, "an internal task of a connection failed; continuing with the next");
        } catch (Throwable unreportable) {
            // No memory even for a log line: the next task needs the thread.
        }
    }

    private @Nullable Task next() {
        Task task;
        boolean resume = false;
        synchronized (this) {
            task = tasks == null ? null : tasks.poll();
            if (task == null) {
                scheduled = false;
                tasks = null; // an idle connection needs no queue
                return null;
            }
            current = Thread.currentThread(); // under the lock: a task is always seen as waiting or as running
            if (task.bytes > 0) {
                events--;
                bytes -= task.bytes;
                if (paused && events <= limits.events / 2 && bytes <= limits.bytes / 2) {
                    paused = false;
                    resume = true;
                }
            }
        }
        if (resume) {
            regulateIfPossible();
        }
        return task;
    }
}
