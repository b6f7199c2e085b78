package io.gangway.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Offers what gathered in the Outbounds to their transports, turn by turn, on threads of its own.
 *
 * <p>What was sent to one client since its last turn leaves in one write: that is what makes a busy room cheap. Each
 * Outbound belongs to one lane, and a lane to one thread; a transport's write must not block it.
 */
public final class Flusher implements AutoCloseable {
    private final String name;
    private final Lane[] lanes;
    private final AtomicInteger assigned = new AtomicInteger();
    private final ThreadLocal<Depth> depths = ThreadLocal.withInitial(Depth::new);

    /** How many holds of one thread are within each other. */
    private static final class Depth {
        private int holds;
    }

    /** A Flusher that will have {@code threads} daemon threads, named after {@code name}. */
    public Flusher(String name, int threads) {
        this.name = name;
        this.lanes = new Lane[threads];
        for (int i = 0; i < threads; i++) {
            lanes[i] = new Lane();
        }
    }

    /** A Flusher without threads: its turns are the calls of {@link #turn()}. */
    public static Flusher byHand() {
        return new Flusher("by hand", 1);
    }

    /** Starts the threads, anew if they have been closed. */
    public void start() {
        for (int i = 0; i < lanes.length; i++) {
            Lane lane = lanes[i];
            Worker worker = new Worker(lane, name + "-flusher-" + i);
            lane.worker = worker;
            worker.start();
        }
    }

    /** One turn for everything scheduled so far; true if there was anything. */
    public boolean turn() {
        boolean any = false;
        for (Lane lane : lanes) {
            any |= lane.turn();
        }
        return any;
    }

    /**
     * Keeps the threads asleep until {@link #release()}, so that a broadcast reaches every queue before the first write.
     * Holds may overlap, on several threads: the threads awake whenever one of them ends, lest many short holds become an
     * endless one. One within another of the same thread is part of it.
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

    /** Ends the threads. What is still scheduled stays unwritten. */
    @Override
    public void close() {
        for (Lane lane : lanes) {
            Worker worker = lane.worker;
            lane.worker = null;
            LockSupport.unpark(worker);
        }
    }

    Lane assign() {
        return lanes[Math.floorMod(assigned.getAndIncrement(), lanes.length)];
    }

    /** The thread of a lane, from a start to a close. */
    private static final class Worker extends Thread {
        private final Lane lane;

        /** Not the lane's, where a thread that is ending would tell its successor's wakers that nobody sleeps. */
        private volatile boolean asleep;

        Worker(Lane lane, String name) {
            super(name);
            this.lane = lane;
            setDaemon(true);
        }

        @Override
        public void run() {
            while (lane.worker == this) {
                if (!lane.turn()) {
                    sleep();
                }
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
                LockSupport.unpark(sleeper);
            }
        }

        private boolean isReady() {
            return head != null && (holds == 0 || released);
        }

        private boolean turn() {
            if (worker != null && !isReady()) {
                return false;
            }
            released = false;
            Outbound outbound = oldestFirst((Outbound) HEAD.getAndSet(this, null));
            boolean any = outbound != null;
            while (outbound != null) {
                // Read before the turn: from then on the Outbound may be scheduled anew.
                Outbound following = outbound.next;
                outbound.next = null;
                try {
                    outbound.turn();
                } catch (Throwable failure) {
                    // One client's transport must not end the thread that all of them need.
                    Thread current = Thread.currentThread();
                    current.getUncaughtExceptionHandler().uncaughtException(current, failure);
                }
                outbound = following;
            }
            return any;
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
