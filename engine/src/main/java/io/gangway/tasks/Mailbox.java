package io.gangway.tasks;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Connection;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one connection's client sent and nobody has handled yet: handled one at a time, in order, on the handler threads.
 *
 * <p>Bounded in events and bytes: when it is full, reading from the client stops. Thread-safe.
 */
public final class Mailbox {
    private static final Logger log = LoggerFactory.getLogger(Mailbox.class);

    /** After this many tasks the thread goes to another connection. */
    private static final int TASKS_PER_TURN = 64;
    /** How long an answer waits for those behind it: no longer than a handler that blocks is worth waiting for. */
    private static final Duration FLUSH = Duration.ofMillis(10);
    /** What an event costs besides its text. */
    private static final int OVERHEAD = 256;

    private final HandlerThreads threads;
    private final Deadlines deadlines;
    private final Connection connection;
    private final int maxEvents;
    private final long maxBytes;

    private final Object flow = new Object();

    // Guarded by this.
    private @Nullable ArrayDeque<Task> tasks;
    private int events;
    private long bytes;
    private boolean scheduled;
    private boolean paused;

    /** Flushes what this turn's answers have queued; null while there are none. Confined to the turn. */
    private Deadlines.@Nullable Deadline flush;

    /** The thread that handles a task now. */
    private volatile @Nullable Thread current;

    /** Something to do in this connection's order; {@code bytes} is 0 for what the engine itself posts. */
    private record Task(Runnable action, int bytes) {}

    public Mailbox(HandlerThreads threads, Deadlines deadlines, Connection connection, int maxEvents, long maxBytes) {
        this.threads = threads;
        this.deadlines = deadlines;
        this.connection = connection;
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /** Queues what a client sent; on the connection's reading thread. */
    public void receive(Runnable action, int size) {
        boolean full;
        synchronized (this) {
            events++;
            bytes += size + OVERHEAD;
            full = !paused && (events >= maxEvents || bytes >= maxBytes);
            paused |= full;
        }
        if (add(new Task(action, size + OVERHEAD))) {
            schedule();
        }
        if (full) {
            regulate();
        }
    }

    /** Has the connection do what was last decided; one at a time, so that an older decision cannot come in late. */
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

    /** Queues something of the engine's own, which is never refused; on any thread, the engine's timer included. */
    public void post(Runnable action) {
        if (add(new Task(action, 0))) {
            threads.handleApart(this::turn, this::giveUp);
        }
    }

    /** Whether the calling thread is handling a task of this mailbox. */
    public boolean isCurrent() {
        return current == Thread.currentThread();
    }

    /** Whether the task that runs is the last there is. */
    public synchronized boolean isEmpty() {
        return tasks == null || tasks.isEmpty();
    }

    /**
     * In a turn, after an answer was queued: has the connection flushed when the turn is over, or soon if a handler takes
     * its time.
     */
    public void flushesLater() {
        Deadlines.Deadline due = flush;
        // One that is not pending any more may have flushed before this answer was queued.
        if (due == null || !due.isPending()) {
            flush = deadlines.after(FLUSH, connection::flush);
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

    /** Whether the caller has to see to it that a turn begins. */
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

    /** Nothing of this client will be handled any more: it should look for a server where it is. */
    private void giveUp() {
        connection.close(CloseReason.FORCED_CLOSE, "there is no thread for what the client sent");
    }

    private void turn() {
        for (int i = 0; i < TASKS_PER_TURN; i++) {
            Task task = next();
            if (task == null) {
                return;
            }
            current = Thread.currentThread();
            run(task);
            current = null;
            if (flush != null && isEmpty()) {
                flush(); // before next() ends the turn, and another may begin
            }
        }
        flush();
        schedule();
    }

    private static void run(Task task) {
        try {
            task.action.run();
        } catch (Throwable failure) {
            // User code's failures have been dealt with further in: this one is ours, and costs this task alone.
            log.error("a task of a connection failed", failure);
        }
    }

    private @Nullable Task next() {
        Task task;
        boolean resume = false;
        synchronized (this) {
            task = tasks == null ? null : tasks.poll();
            if (task == null) {
                scheduled = false;
                tasks = null; // an idle connection holds no queue
                return null;
            }
            if (task.bytes > 0) {
                events--;
                bytes -= task.bytes;
                if (paused && events <= maxEvents / 2 && bytes <= maxBytes / 2) {
                    paused = false;
                    resume = true;
                }
            }
        }
        if (resume) {
            regulate();
        }
        return task;
    }
}
