package io.gangway.connection;

import io.gangway.threads.LastingThread;
import io.gangway.threads.Uncaught;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Hands the frames gathered in the Outbounds to their transports, turn by turn, on its own threads.
 *
 * <p>All frames sent to one client since its last turn leave in one write, which makes a busy room cheap. Each Outbound
 * belongs to one lane, and each lane to one thread; a transport's write must not block that thread.
 */
public final class Flusher implements AutoCloseable {
    private final String name;
    private final Lane[] lanes;
    private final AtomicInteger assigned = new AtomicInteger();
    private final ThreadLocal<Depth> depths = ThreadLocal.withInitial(Depth::new);

    /** How deeply one thread's holds are nested. */
    private static final class Depth {
        private int holds;
    }

    /** A Flusher that runs on {@code threads} daemon threads, named after {@code name}, once started. */
    public Flusher(String name, int threads) {
        this.name = name;
        this.lanes = new Lane[threads];
        for (int i = 0; i < threads; i++) {
            lanes[i] = new Lane();
        }
    }

    /** A Flusher without threads, for tests: each call of {@link #turn()} is a turn. */
    public static Flusher byHand() {
        return new Flusher("by hand", 1);
    }

    /** Starts the threads; also after {@link #close()}. */
    public void start() {
        for (int i = 0; i < lanes.length; i++) {
            Lane lane = lanes[i];
            Worker worker = new Worker(lane, name + "-flusher-" + i);
            lane.worker = worker;
            worker.thread.start();
        }
    }

    /** Writes everything scheduled so far; true if there was anything. */
    public boolean turn() {
        boolean any = false;
        for (Lane lane : lanes) {
            any |= lane.turn(lane.byHand);
        }
        return any;
    }

    /**
     * Keeps the threads asleep until {@link #release()}, so that a broadcast reaches every queue before the first
     * write. Several threads may hold at once: whenever one of them releases, the Flusher's threads wake, so that many
     * short holds never add up to an endless one. A nested hold of the same thread is part of the outer one.
     */
    public void hold() {
        Depth depth = depths.get();
        if (depth.holds++ > 0) {
            return;
        }
        for (Lane lane : lanes) {
            Lane.HOLDS.getAndAdd(lane, 1);
        }
    }

    /** Ends one {@link #hold()}. */
    public void release() {
        Depth depth = depths.get();
        if (--depth.holds > 0) {
            return;
        }
        for (Lane lane : lanes) {
            Lane.HOLDS.getAndAdd(lane, -1);
            lane.released = true;
            lane.wake();
        }
    }

    /** Ends the threads. Frames still queued stay unwritten. */
    @Override
    public void close() {
        for (Lane lane : lanes) {
            Worker worker = lane.worker;
            lane.worker = null;
            if (worker != null) {
                worker.thread.end();
            }
        }
    }

    /** What the connections have sent so far. Roughly: threads may be counting. */
    public Sent sent() {
        long messages = 0;
        long bytes = 0;
        long writes = 0;
        for (Lane lane : lanes) {
            messages += lane.messages.sum();
            bytes += lane.bytes.sum();
            writes += lane.writes.sum();
        }
        return new Sent(messages, bytes, writes);
    }

    /**
     * What has been sent.
     *
     * @param messages the messages, a message's attachments counted with it, and pings not at all
     * @param bytes the bytes handed to the transports: WebSocket frames with their headers, and bodies of polling
     *     responses
     * @param writes the writes in which the messages left
     */
    public record Sent(long messages, long bytes, long writes) {}

    Lane assign() {
        return lanes[Math.floorMod(assigned.getAndIncrement(), lanes.length)];
    }

    /** The Outbounds of a turn that have not had it yet, oldest first. Confined to the thread of the turns. */
    private static final class Backlog {
        private @Nullable Outbound first;
    }

    /** The thread of a lane, from {@link Flusher#start()} to {@link Flusher#close()}. */
    private static final class Worker {
        private final Lane lane;
        private final LastingThread thread;
        /** Kept here, so that Outbounds whose turn an error prevented get it in the next round. */
        private final Backlog backlog = new Backlog();

        /** Kept here, not in the lane: there, a thread that is ending would clear the flag of its successor. */
        private volatile boolean asleep;

        Worker(Lane lane, String name) {
            this.lane = lane;
            this.thread = new LastingThread(name, this::round);
        }

        private void round() {
            if (!lane.turn(backlog)) {
                sleep();
            }
        }

        private void sleep() {
            asleep = true;
            if (!lane.isReady()) {
                LockSupport.park(this);
            }
            asleep = false;
        }
    }

    /** The Outbounds of one thread that have something to write, newest first, linked through {@link Outbound#next}. */
    static final class Lane {
        /** The memory of so many connections is fetched at the same time. */
        private static final int READ_AHEAD = 16;

        private static final VarHandle HEAD;
        private static final VarHandle HOLDS;

        static {
            try {
                MethodHandles.Lookup lookup = MethodHandles.lookup();
                HEAD = lookup.findVarHandle(Lane.class, "head", Outbound.class);
                HOLDS = lookup.findVarHandle(Lane.class, "holds", int.class);
            } catch (ReflectiveOperationException impossible) {
                throw new ExceptionInInitializerError(impossible);
            }
        }

        private volatile @Nullable Outbound head;
        private volatile int holds;
        /** A hold has ended since the last turn. */
        private volatile boolean released;

        private volatile @Nullable Worker worker;

        private final Backlog byHand = new Backlog();

        // Counted once per write, and for each lane, so that no two lanes' threads contend.
        private final LongAdder messages = new LongAdder();
        private final LongAdder bytes = new LongAdder();
        private final LongAdder writes = new LongAdder();

        /** What was read ahead: never used, but it has to go somewhere. */
        int read;

        void countMessages(int taken) {
            messages.add(taken);
        }

        void countWrite(long written) {
            writes.increment();
            bytes.add(written);
        }

        void add(Outbound outbound) {
            Outbound first;
            do {
                first = head;
                outbound.next = first;
            } while (!HEAD.compareAndSet(this, first, outbound));
            if (first == null && holds == 0) {
                wake();
            }
        }

        private void wake() {
            Worker sleeper = worker;
            if (head != null && sleeper != null && sleeper.asleep) {
                sleeper.thread.wake();
            }
        }

        private boolean isReady() {
            return head != null && (holds == 0 || released);
        }

        /** A failing transport must not end the thread that all clients of the lane need. */
        private boolean turn(Backlog backlog) {
            if (backlog.first == null) {
                if (worker != null && !isReady()) {
                    return false;
                }
                released = false;
                backlog.first = oldestFirst((Outbound) HEAD.getAndSet(this, null));
            }
            boolean any = backlog.first != null;
            int readAhead = 0;
            for (Outbound outbound = backlog.first; outbound != null; outbound = backlog.first) {
                if (readAhead == 0) {
                    readAhead = readAhead(outbound);
                }
                readAhead--;
                // Read before the turn: during the turn the Outbound may be scheduled again.
                backlog.first = outbound.next;
                outbound.next = null;
                try {
                    outbound.turn();
                } catch (Throwable failure) {
                    Uncaught.report(failure);
                }
            }
            return any;
        }

        /** Has the next Outbounds read what their writes will need, and returns how many did. */
        private int readAhead(Outbound first) {
            int count = 0;
            int sum = 0;
            try {
                for (Outbound next = first; next != null && count < READ_AHEAD; next = next.next) {
                    count++;
                    sum += next.readAhead();
                }
            } catch (Throwable failure) {
                Uncaught.report(failure);
            }
            read = sum;
            return count;
        }

        private static @Nullable Outbound oldestFirst(@Nullable Outbound newest) {
            Outbound reversed = null;
            while (newest != null) {
                Outbound following = newest.next;
                newest.next = reversed;
                reversed = newest;
                newest = following;
            }
            return reversed;
        }
    }
}
