package io.gangway.tasks;

import io.gangway.connection.Account;
import io.gangway.connection.CloseReason;
import io.gangway.connection.Connection;
import io.gangway.logs.SparingLog;
import io.gangway.threads.Uncaught;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The queue of one connection's received but unhandled messages. They are handled one at a time, in order, on the
 * handler threads.
 *
 * <p>Limited in events, bytes and late answers: when it is full, reading from the client stops. What it holds counts on
 * the connection's account until the handler has returned. Thread-safe.
 */
public final class Mailbox extends MailboxLoad implements Account.Holder {
    private static final SparingLog sparing = new SparingLog(LoggerFactory.getLogger(Mailbox.class));

    /** After this many tasks the thread moves on to another connection. */
    private static final int TASKS_PER_TURN = 64;
    /** How long an answer waits to be sent together with later ones, even if a handler blocks longer. */
    private static final Duration FLUSH = Duration.ofMillis(10);
    /** The memory of an event besides its text, in bytes. */
    private static final int OVERHEAD = 256;

    /** An event set aside: it still counts. */
    public record Held(Runnable action, int bytes) {}

    private final HandlerThreads threads;
    private final Deadlines deadlines;

    // Guarded by this.
    private @Nullable ArrayDeque<Task> tasks;
    private boolean scheduled;

    /** Flushes this turn's queued answers; null while there are none. Confined to the turn. */
    private Deadlines.@Nullable Deadline flush;

    /** The thread that is handling a task. */
    private volatile @Nullable Thread current;

    /** The running task, which waits for its permit or has it; null if it needs none. Confined to the turn. */
    private @Nullable Decoding decoding;

    private record Decoding(long bytes, Runnable again) {}

    /** A task in this connection's order; {@code bytes} is 0 for a task of the engine itself. */
    private record Task(Runnable action, int bytes) {}

    public Mailbox(HandlerThreads threads, Deadlines deadlines, Connection connection, MailboxLimits limits) {
        super(connection, limits);
        this.threads = threads;
        this.deadlines = deadlines;
        connection.account().heldBy(this);
    }

    // ---- tasks come in

    /**
     * Queues a received message; called on the connection's reading thread.
     *
     * @param size the message's bytes of heap
     */
    public void receive(Runnable action, int size) {
        Task task = new Task(action, size + OVERHEAD);
        boolean wake;
        boolean full;
        int steps;
        synchronized (this) {
            enqueued(task.bytes);
            wake = add(task);
            full = becomesFull();
            steps = recount();
        }
        count(steps);
        if (full) {
            regulate();
        }
        if (wake) {
            schedule();
        }
    }

    /** Queues a task of the engine, which is never refused; may be called on any thread, including the timer's. */
    public void post(Runnable action) {
        boolean wake;
        synchronized (this) {
            wake = add(new Task(action, 0));
        }
        if (wake) {
            threads.handleApart(this::turn, this::giveUp);
        }
    }

    /** Adds a task; true if the caller has to start a turn. Must be called with the lock held. */
    private boolean add(Task task) {
        queue().add(task);
        boolean wake = !scheduled;
        scheduled = true;
        return wake;
    }

    private ArrayDeque<Task> queue() {
        if (tasks == null) {
            tasks = new ArrayDeque<>(2);
        }
        return tasks;
    }

    // ---- events that wait for a decision

    /**
     * Called by a task: sets its event aside, to be {@linkplain #receiveFirst received again}; null if as many events
     * and bytes are set aside as may wait.
     */
    public @Nullable Held hold(Runnable action) {
        synchronized (this) {
            if (isAsideFull()) {
                return null;
            }
            setAside();
        }
        return new Held(action, keep());
    }

    /** Called by a task: puts events that were set aside at the head of the queue, in their order. */
    public synchronized void receiveFirst(Deque<Held> held) {
        for (Iterator<Held> last = held.descendingIterator(); last.hasNext(); ) {
            Held event = last.next();
            queue().addFirst(new Task(event.action, event.bytes));
            takeBack(event.bytes);
            enqueued(event.bytes);
        }
    }

    /** Events that were set aside will not be handled. */
    public void forget(Deque<Held> held) {
        int steps;
        synchronized (this) {
            held.forEach(event -> takeBack(event.bytes));
            steps = recount();
        }
        count(steps);
    }

    /**
     * Called by a task before it decodes something that will occupy so many bytes: if false is returned, it must return
     * at once, and {@code again} runs in its place once there is room. Meanwhile the mailbox occupies no thread.
     */
    public boolean mayDecode(long bytes, Runnable again) {
        if (DecodePermits.isSmall(bytes) || decoding != null) {
            return true;
        }
        decoding = new Decoding(bytes, again);
        return false;
    }

    // ---- turns

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

    /** Drops the received messages that wait, and resumes reading if they had stopped it. Tasks of the engine stay. */
    @Override
    public void dropReceived() {
        boolean resume;
        int steps;
        synchronized (this) {
            if (tasks != null) {
                tasks.removeIf(task -> task.bytes > 0);
            }
            dropped();
            resume = endsFull();
            steps = recount();
        }
        count(steps);
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
        decode();
        for (int i = 0; i < TASKS_PER_TURN; i++) {
            Task task = next();
            if (task == null) {
                return false;
            }
            run(task.action);
            Decoding asked = decoding;
            if (asked != null) {
                flushIfPossible();
                if (!limits.decoding().acquire(asked.bytes, this::onPermit)) {
                    return false; // the turn goes on with the permit; from here on it may already
                }
                decode();
            }
            if (flush != null && isEmpty()) {
                flushIfPossible(); // before next() ends the turn and another may begin
            }
        }
        flushIfPossible();
        int steps;
        synchronized (this) {
            steps = finish();
        }
        countIfPossible(steps);
        return true;
    }

    private void onPermit() {
        threads.handleApart(this::turn, () -> {
            Decoding asked = decoding;
            if (asked != null) {
                limits.decoding().release(asked.bytes);
            }
            giveUp();
        });
    }

    /** Runs the task that has got its permit, if there is one. */
    private void decode() {
        Decoding permitted = decoding;
        if (permitted == null) {
            return;
        }
        synchronized (this) {
            current = Thread.currentThread();
        }
        run(permitted.again);
        decoding = null;
        limits.decoding().release(permitted.bytes);
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

    private void run(Runnable action) {
        try {
            action.run();
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

    /** Ends the task before, and returns the next. */
    private @Nullable Task next() {
        Task task;
        boolean resume = false;
        int steps;
        synchronized (this) {
            steps = finish();
            task = tasks == null ? null : tasks.poll();
            if (task == null) {
                scheduled = false;
                tasks = null; // an idle connection needs no queue
            } else {
                current = Thread.currentThread(); // under the lock: a task is always seen as waiting or as running
                if (task.bytes > 0) {
                    dequeued(task.bytes);
                    resume = endsFull();
                }
            }
        }
        countIfPossible(steps);
        if (resume) {
            regulateIfPossible();
        }
        return task;
    }
}
