package io.gangway.admin;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What is to be told to administrators, in order. Told by one thread, so that whoever does something need not wait for what is
 * told of it; if that thread cannot keep up, reports are lost. Thread-safe.
 */
final class Reports {
    /** The most that wait, at some kilobytes each. */
    private static final int MOST = 2000;

    interface Telling {
        void tell(String event, @Nullable Object... arguments);
    }

    private record Report(String event, List<@Nullable Object> arguments) {}

    private final Executor thread;
    private final Telling telling;

    // Guarded by this.
    private final Deque<Report> waiting = new ArrayDeque<>();
    private boolean scheduled;
    private boolean lost;

    /** @param thread a single one */
    Reports(Executor thread, Telling telling) {
        this.thread = thread;
        this.telling = telling;
    }

    void add(String event, @Nullable Object... arguments) {
        synchronized (this) {
            if (waiting.size() >= MOST) {
                lost = true;
                return;
            }
            waiting.add(new Report(event, Arrays.asList(arguments)));
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        schedule();
    }

    private void schedule() {
        try {
            thread.execute(this::tellAll);
        } catch (RejectedExecutionException closing) {
            forget();
        }
    }

    /** Runs on the thread. A report that cannot be told ends this task, and not the telling of those after it. */
    private void tellAll() {
        boolean done = false;
        try {
            for (Report next = next(); next != null; next = next()) {
                telling.tell(next.event, next.arguments.toArray());
            }
            done = true;
        } finally {
            if (!done) {
                schedule();
            }
        }
    }

    private synchronized @Nullable Report next() {
        Report next = waiting.poll();
        scheduled = next != null;
        return next;
    }

    /** Drops what waits, when the thread has ended and will not tell it. */
    synchronized void forget() {
        waiting.clear();
        scheduled = false;
    }

    /** Whether any have been lost since this was last asked. */
    synchronized boolean haveLost() {
        boolean result = lost;
        lost = false;
        return result;
    }
}
