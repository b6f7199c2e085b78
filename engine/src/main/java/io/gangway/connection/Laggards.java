package io.gangway.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The clients of one engine for which something waits, and the rule by which they are too slow. Thread-safe.
 *
 * <p>An {@link Outbound} that cannot write at once, or has more than {@code maxBuffered} waiting, registers itself; ten
 * times within {@code slowAfter} the engine's timer looks at those registered, and at no others. A client is too slow
 *
 * <ul>
 *   <li>if it has taken nothing for {@code slowAfter} although something waits; bytes of a write in progress count;
 *   <li>if it has taken less than {@code slowBelow} bytes a second for {@code slowAfter}, and more than
 *       {@code maxBuffered} waited all that time;
 *   <li>if all that waits exceeds the engine's budget, and for this client waits most.
 * </ul>
 *
 * <p>Time is counted in looks, not on a clock: while the whole process stands still, no client becomes slow.
 */
public final class Laggards {
    /** How many looks make up {@code slowAfter}. */
    static final int LOOKS = 10;
    /** What a frame waits as: its text, and its bytes on the wire. */
    private static final int COPIES = 2;
    /** What a queued frame costs each client besides, in bytes. */
    private static final int SLOT = 8;

    /** The timer of an engine. Must not run the task within {@link #after}. */
    public interface Timer {
        /** Runs a task later, unless the result is run before. */
        Runnable after(Duration delay, Runnable task);
    }

    /** What waits for one client. */
    abstract static class Queue {
        /**
         * What one look shows.
         *
         * @param bytes the bytes that wait, including those being written
         * @param taken the bytes taken so far, including those of a write in progress; overflows
         * @param stuck whether the client is waited for, and none of the engine's threads
         */
        record Sample(long bytes, int taken, boolean stuck) {}

        /** Null, and no longer watched, if nothing waits or the connection is ending. */
        abstract @Nullable Sample sample();

        /** Accepts no more frames, and tells the session why. */
        abstract void giveUp(String reason);

        /**
         * The memory that is held for this client alone, in bytes; beyond {@code most} not all is counted.
         *
         * @param counted the frames counted for other clients; receives those of this one, unless the result is more
         *     than {@code most}
         * @param copies how many times a frame's size is held
         * @param slot what a queued frame costs besides
         */
        abstract long held(Set<Frame> counted, int copies, int slot, long most);
    }

    private final OutboundLimits limits;
    private final Timer timer;
    private final Duration step;
    private final LongAdder dropped = new LongAdder();
    private final LongAdder replaced = new LongAdder();

    // Guarded by this. A queue calls in here with its own lock held, but is never called from here with this lock.
    private final Map<Queue, Laggard> watched = new LinkedHashMap<>();
    private @Nullable Runnable cancelNext;
    private int round;

    public Laggards(OutboundLimits limits, Timer timer) {
        this.limits = limits;
        this.timer = timer;
        this.step = limits.slowAfter().dividedBy(LOOKS);
    }

    public OutboundLimits limits() {
        return limits;
    }

    /** How many frames have been dropped so far because their clients could not take them. */
    public long dropped() {
        return dropped.sum();
    }

    /** How many frames have been replaced by newer ones with the same key before they were written. */
    public long replaced() {
        return replaced.sum();
    }

    void countDropped() {
        dropped.increment();
    }

    void countReplaced() {
        replaced.increment();
    }

    synchronized void watch(Queue queue) {
        watched.put(queue, new Laggard());
        if (cancelNext == null) {
            lookAgain();
        }
    }

    private void lookAgain() {
        int next = ++round;
        cancelNext = timer.after(step, () -> look(next));
    }

    synchronized void forget(Queue queue) {
        watched.remove(queue);
        if (watched.isEmpty() && cancelNext != null) {
            cancelNext.run();
            cancelNext = null;
        }
    }

    /** One look at those registered. The next one is set first: no failure here ends the looking. */
    private void look(int due) {
        List<Map.Entry<Queue, Laggard>> now;
        synchronized (this) {
            if (due != round || watched.isEmpty()) {
                return; // cancelled too late
            }
            lookAgain();
            now = new ArrayList<>(watched.entrySet());
        }
        List<Waiting> waiting = new ArrayList<>();
        for (Map.Entry<Queue, Laggard> entry : now) {
            Queue queue = entry.getKey();
            Queue.Sample sample = queue.sample();
            if (sample == null) {
                continue; // nothing waits any more: it has left
            }
            String fault = entry.getValue().fault(sample, limits);
            if (fault != null) {
                queue.giveUp(fault);
            } else {
                waiting.add(new Waiting(queue, sample.bytes()));
            }
        }
        keepToBudget(waiting);
    }

    private record Waiting(Queue queue, long bytes) {}

    /** Closes those for which most waits until the rest is within the budget. */
    private void keepToBudget(List<Waiting> waiting) {
        long sum = 0;
        for (Waiting each : waiting) {
            sum += COPIES * each.bytes;
        }
        if (sum <= limits.budget()) {
            return; // even if no frame is shared
        }
        waiting.sort(Comparator.comparingLong(Waiting::bytes));
        Set<Frame> counted = Collections.newSetFromMap(new IdentityHashMap<>());
        long held = 0;
        for (Waiting each : waiting) {
            long more = each.queue.held(counted, COPIES, SLOT, limits.budget() - held);
            if (held + more > limits.budget()) {
                each.queue.giveUp("more than " + limits.budget()
                        + " bytes wait for all clients together, and most of them for clients such as this one");
            } else {
                held += more;
            }
        }
    }

    /** What was seen of one client at the latest looks. Confined to the timer's thread. */
    private static final class Laggard {
        /** What had been taken at each look since more than maxBuffered waited, for the latest looks. */
        private final int[] taken = new int[LOOKS];

        private int looks;
        private int latest;
        private int idle = -1;

        /** Why the client is too slow; null if it is not. */
        private @Nullable String fault(Queue.Sample sample, OutboundLimits limits) {
            idle = !sample.stuck() ? -1 : idle < 0 || sample.taken() != latest ? 0 : idle + 1;
            latest = sample.taken();
            if (idle >= LOOKS) {
                return "the client took nothing for " + limits.slowAfter();
            }
            if (!sample.stuck() || sample.bytes() <= limits.maxBuffered()) {
                looks = 0;
                return null;
            }
            int slot = looks++ % LOOKS;
            long took = (sample.taken() - taken[slot]) & 0xffff_ffffL;
            taken[slot] = sample.taken();
            if (looks <= LOOKS
                    || took * 1000 >= limits.slowBelow() * limits.slowAfter().toMillis()) {
                return null;
            }
            return "the client took " + took + " bytes in " + limits.slowAfter() + ", while more than "
                    + limits.maxBuffered() + " waited";
        }
    }
}
