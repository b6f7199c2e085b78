package io.gangway.tasks;

import io.gangway.connection.Account;
import io.gangway.connection.Connection;
import io.gangway.recording.Recording;
import io.gangway.threads.Uncaught;
import org.jspecify.annotations.Nullable;

/**
 * What a mailbox holds: events that wait, the running task's, events set aside, and late answers. Stops reading from the
 * client while it is too much, and counts on the connection's account. Thread-safe.
 *
 * <p>One object with its {@link Mailbox}, to save memory per client.
 */
abstract class MailboxLoad {
    /** The memory of an event that is answered later, besides the event's, in bytes. */
    private static final int LATE = 512;

    final Connection connection;
    final MailboxLimits limits;

    // Guarded by this.
    private int events;
    private long bytes;
    /** The bytes that count besides the queue's: of the running task, of events set aside, and of late answers. */
    private long kept;
    /** The steps on the account. */
    private int counted;

    private int lateAnswers;
    /** The events that were set aside; null while there are none. */
    private @Nullable Aside aside;

    private boolean paused;

    /** The bytes of the running task. Confined to the turn. */
    private int running;

    private static final class Aside {
        private int events;
        private long bytes;
    }

    MailboxLoad(Connection connection, MailboxLimits limits) {
        this.connection = connection;
        this.limits = limits;
    }

    // ---- for the mailbox, which holds the lock in these

    void enqueued(int cost) {
        events++;
        bytes += cost;
    }

    void dequeued(int cost) {
        events--;
        bytes -= cost;
        kept += cost;
        running = cost;
    }

    void dropped() {
        events = 0;
        bytes = 0;
    }

    /** The running task's bytes count no longer, unless it kept them. Returns the steps to {@link #count}. */
    int finish() {
        if (running == 0) {
            return 0;
        }
        kept -= running;
        running = 0;
        return recount();
    }

    void setAside() {
        Aside with = aside == null ? new Aside() : aside;
        with.events++;
        with.bytes += running;
        aside = with;
    }

    /** Whether as many events and bytes are set aside as may wait. */
    boolean isAsideFull() {
        return aside != null && (aside.events >= limits.events() || aside.bytes + running > limits.bytes());
    }

    void takeBack(int cost) {
        kept -= cost;
        if (aside != null) {
            aside.bytes -= cost;
            aside = --aside.events == 0 ? null : aside;
        }
    }

    /** Whether reading has to stop: then {@link #regulate} must follow. */
    boolean becomesFull() {
        boolean full = !paused
                && (events >= limits.events() || bytes >= limits.bytes() || lateAnswers >= limits.lateAnswers());
        paused |= full;
        return full;
    }

    /** Whether reading may resume: then {@link #regulate} must follow. */
    boolean endsFull() {
        boolean ends = paused
                && events <= limits.events() / 2
                && bytes <= limits.bytes() / 2
                && lateAnswers <= limits.lateAnswers() / 2;
        paused &= !ends;
        return ends;
    }

    /** The steps to {@link #count}. */
    int recount() {
        int before = counted;
        counted = Account.steps(bytes + kept);
        return counted - before;
    }

    // ---- without the lock

    void count(int steps) {
        if (steps != 0) {
            connection.account().change(steps);
        }
    }

    /**
     * Pauses or resumes the connection as last decided; one thread at a time, so that an older decision cannot
     * overwrite a newer one.
     */
    void regulate() {
        Account account = connection.account();
        synchronized (account) {
            boolean pause;
            synchronized (this) {
                pause = paused;
                if (pause && Recording.isOn()) {
                    Recording.queueFull(events, bytes, lateAnswers);
                }
            }
            if (pause) {
                account.pause();
            } else {
                account.resume();
            }
        }
    }

    /** For a turn, which must end properly whatever fails. */
    void countIfPossible(int steps) {
        try {
            count(steps);
        } catch (Throwable failure) {
            Uncaught.report(failure);
        }
    }

    void regulateIfPossible() {
        try {
            regulate();
        } catch (Throwable failure) {
            Uncaught.report(failure);
        }
    }

    /** Lets the running task's bytes count after its end. */
    int keep() {
        int cost = running;
        running = 0;
        return cost;
    }

    /** Counts so many bytes outside of the queue; negative to count them no longer. May be called on any thread. */
    public void add(int bytes) {
        int steps;
        synchronized (this) {
            kept += bytes;
            steps = recount();
        }
        count(steps);
    }

    /**
     * Called by a task: its event is answered later, and counts until {@link #answered}.
     *
     * @return what to pass to {@code answered}
     */
    public int answersLater() {
        int cost = keep() + LATE;
        boolean full;
        int steps;
        synchronized (this) {
            kept += LATE;
            lateAnswers++;
            full = becomesFull();
            steps = recount();
        }
        count(steps);
        if (full) {
            regulate();
        }
        return cost;
    }

    /** An event's answer is due no longer; may be called on any thread. */
    public void answered(int cost) {
        boolean resume;
        int steps;
        synchronized (this) {
            kept -= cost;
            lateAnswers--;
            resume = endsFull();
            steps = recount();
        }
        count(steps);
        if (resume) {
            regulate();
        }
    }
}
