package io.gangway.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.testing.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The pool's threads and two callers go on in random orders, one at a time, from one use of the queue to the next, while
 * the system refuses some threads and the pool may be shut down: each task that is accepted runs once, and each that is
 * refused never; no task waits while the pool has a thread for it.
 *
 * <p>With {@code -Dgangway.long=true} more orders, {@code -Dgangway.seed=..} for others.
 */
@Timeout(600)
class HandlerPoolOrdersTest {
    private static final int RUNS = Boolean.getBoolean("gangway.long") ? 20_000 : 200;
    private static final long SEED = Long.getLong("gangway.seed", 20261127L);
    private static final Duration LONG_IDLE = Duration.ofDays(1);

    /** A thread that goes on only when it is told to. */
    private static final class Walker {
        private final Thread thread;
        private final Semaphore go = new Semaphore(0);
        private volatile boolean stands;
        private volatile boolean inTask;

        Walker(Thread thread) {
            this.thread = thread;
        }

        /** Stands still until it is told to go on. */
        void stand() {
            stands = true;
            go.acquireUninterruptibly();
        }
    }

    /** One pool from its first task to its end. */
    private static final class Run {
        private final SplittableRandom random;
        private final ManualClock clock = new ManualClock();
        private final Deadlines timer = Deadlines.byHand(clock);
        private final List<Walker> walkers = new CopyOnWriteArrayList<>();
        private final Map<Thread, Walker> byThread = new ConcurrentHashMap<>();

        private final Map<Integer, Integer> runs = new ConcurrentHashMap<>();
        private final List<Integer> accepted = new CopyOnWriteArrayList<>();
        private final List<Integer> refused = new CopyOnWriteArrayList<>();
        private final HandlerPool pool;
        private final int size;
        private final boolean grows;
        private final boolean mayRefuse;
        private final boolean tasksLast;
        /** In so many of four cases the thread that has just taken a step takes the next: rare changes find other orders. */
        private final int keepsOn;

        private final List<String> taken = new ArrayList<>();

        private volatile int refusals;
        private boolean shut;
        private @Nullable Walker last;

        Run(long seed) {
            random = new SplittableRandom(seed);
            refusals = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0;
            mayRefuse = refusals > 0;
            grows = random.nextInt(4) == 0;
            tasksLast = random.nextBoolean();
            keepsOn = random.nextInt(4);
            size = 1 + random.nextInt(2);
            pool = new HandlerPool("test", size, null, timer, grows, LONG_IDLE, this::start, new StandingQueue());
        }

        /** The queue of the pool: each use of it is where a thread stands until it is told to go on. */
        private final class StandingQueue extends ConcurrentLinkedQueue<Runnable> {
            @java.io.Serial
            private static final long serialVersionUID = 1;

            @Override
            public boolean add(Runnable task) {
                boolean result = super.add(task);
                stand();
                return result;
            }

            @Override
            public @Nullable Runnable poll() {
                stand(); // where a new thread begins
                Runnable task = super.poll();
                stand();
                return task;
            }

            @Override
            public boolean isEmpty() {
                boolean result = super.isEmpty();
                stand();
                return result;
            }

            @Override
            public boolean remove(Object task) {
                boolean result = super.remove(task);
                stand();
                return result;
            }
        }

        private void stand() {
            Walker walker = byThread.get(Thread.currentThread());
            if (walker != null) {
                walker.stand();
            }
        }

        private void start(Thread thread) {
            stand();
            if (refusals > 0) {
                refusals--;
                throw new OutOfMemoryError("unable to create native thread");
            }
            begin(thread);
        }

        private void begin(Thread thread) {
            Walker walker = new Walker(thread);
            byThread.put(thread, walker);
            walkers.add(walker);
            thread.start();
        }

        private void call(int first, int count) {
            stand();
            for (int i = first; i < first + count; i++) {
                int number = i;
                try {
                    pool.execute(() -> {
                        runs.merge(number, 1, Integer::sum);
                        Walker walker = byThread.get(Thread.currentThread());
                        walker.inTask = true;
                        walker.stand();
                        walker.inTask = false;
                    });
                    accepted.add(number);
                } catch (RejectedExecutionException expected) {
                    refused.add(number);
                }
            }
        }

        void play() throws Exception {
            for (int caller = 0; caller < 2; caller++) {
                int first = 10 * caller;
                int count = 1 + random.nextInt(3);
                begin(new Thread(() -> call(first, count), "caller-" + caller));
            }
            boolean shutsEarly = random.nextInt(4) == 0;
            for (List<Walker> standing = settle(); !standing.isEmpty(); standing = settle()) {
                if (shutsEarly && !shut && random.nextInt(15) == 0) {
                    shut();
                } else if (mayRefuse && random.nextInt(15) == 0) {
                    pass(1_100);
                } else {
                    goOn(standing);
                }
            }
            refusals = 0;
            for (int i = 0; i < 10 && (mayRefuse || grows); i++) { // the timer mends what the system refused
                pass(1_100);
                goOn();
            }
            expectAccepted(); // before the end of the pool wakes its threads
            shut();
            goOn();
            assertTrue(pool.awaitTermination(10, TimeUnit.SECONDS), "the pool ends");
            refused.forEach(number -> assertFalse(runs.containsKey(number), "task " + number + " was refused"));
            expectAccepted();
            assertFalse(!mayRefuse && !shutsEarly && !refused.isEmpty(), "refused without a reason");
        }

        /** Lets one go on; if tasks are to last, one that is in a task only if no other can. */
        private void goOn(List<Walker> standing) {
            List<Walker> others =
                    standing.stream().filter(walker -> !walker.inTask).toList();
            if (others.isEmpty() && !mayRefuse && !grows) {
                boolean allBusy = standing.size() == size;
                assertTrue(allBusy || pool.load().queued() == 0, "a task waits, and the pool has a thread for it");
            }
            List<Walker> able = tasksLast && !others.isEmpty() ? others : standing;
            boolean again = last != null && able.contains(last) && random.nextInt(4) < keepsOn;
            Walker next = again ? last : able.get(random.nextInt(able.size()));
            last = next;
            taken.add(next.thread.getName());
            next.stands = false;
            next.go.release();
        }

        private void expectAccepted() {
            for (int number : accepted) {
                assertEquals(1, runs.getOrDefault(number, 0), "runs of task " + number);
            }
        }

        private void goOn() {
            for (List<Walker> standing = settle(); !standing.isEmpty(); standing = settle()) {
                goOn(standing);
            }
        }

        private void pass(int millis) {
            taken.add("time");
            clock.advance(Duration.ofMillis(millis), timer);
        }

        private void shut() {
            taken.add("shutdown");
            shut = true;
            pool.shutdown();
        }

        /** Waits until no thread runs; returns those that stand. */
        private List<Walker> settle() {
            while (walkers.stream().anyMatch(this::runs)) {
                Thread.yield();
            }
            return walkers.stream().filter(walker -> walker.stands).toList();
        }

        private boolean runs(Walker walker) {
            boolean parked = LockSupport.getBlocker(walker.thread) == pool && pool.isIdle(walker.thread);
            return !walker.stands && !parked && walker.thread.isAlive();
        }
    }

    @Test
    void acceptedTasksRunOnceInWhateverOrderThreadsGoOn() {
        for (int i = 0; i < RUNS; i++) {
            long seed = SEED + i;
            Run run = new Run(seed);
            try (CapturedLog log = new CapturedLog()) {
                run.play();
            } catch (Throwable failure) {
                throw new AssertionError("-Dgangway.seed=" + seed + ", " + run.taken, failure);
            }
        }
    }
}
