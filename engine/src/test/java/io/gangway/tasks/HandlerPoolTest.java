package io.gangway.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No task waits while one of the pool's threads rests, whatever the others do. */
@Timeout(60)
class HandlerPoolTest {
    private final CountDownLatch release = new CountDownLatch(1);
    private HandlerPool pool = new HandlerPool("test", 2, null);

    @AfterEach
    void end() throws Exception {
        release.countDown();
        pool.shutdown();
        assertTrue(pool.awaitTermination(10, TimeUnit.SECONDS), "the pool ends");
    }

    /** The next task comes just when the only thread that is left begins to rest: a ForkJoinPool of Java 17 left one of 500 waiting. */
    @Test
    void aTaskThatComesAsTheLastThreadBeginsToRestIsNotLeftWaiting() throws Exception {
        block();
        AtomicLong done = new AtomicLong();
        for (int round = 1; round <= 50_000; round++) {
            long number = round;
            pool.execute(() -> done.set(number));
            long begun = System.nanoTime();
            while (done.get() != number) {
                Thread.onSpinWait();
                boolean late = System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(10);
                assertFalse(late, "task " + number + " waits while a thread rests");
            }
            for (int spins = round % 1_024; spins > 0; spins--) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void manyWhoAddAtOnceHaveAllTheirTasksRun() throws Exception {
        pool = new HandlerPool("test", 4, null);
        int tasks = 50_000;
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Semaphore run = new Semaphore(0);
        List<Thread> adders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            adders.add(new Thread(() -> {
                for (int task = 0; task < tasks; task++) {
                    pool.execute(() -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        running.decrementAndGet();
                        run.release();
                    });
                    if (task % 100 == 0) {
                        Thread.yield();
                    }
                }
            }));
        }
        adders.forEach(Thread::start);
        assertTrue(run.tryAcquire(4 * tasks, 60, TimeUnit.SECONDS), "all tasks are run");
        assertTrue(most.get() <= 4, most + " ran at once");
    }

    /** Each pool is new: while one caller starts its first thread, the other must not think that it cannot have any. */
    @Test
    void theFirstTasksMayComeAtOnce() throws Exception {
        int pools = 3_000;
        AtomicInteger begun = new AtomicInteger();
        CountDownLatch ran = new CountDownLatch(2 * pools);
        AtomicReferenceArray<HandlerPool> all = new AtomicReferenceArray<>(pools);
        for (int i = 0; i < pools; i++) {
            all.set(i, new HandlerPool("test", 1, null));
        }
        Runnable adder = () -> {
            for (int i = 0; i < pools; i++) {
                begun.incrementAndGet();
                while (begun.get() < 2 * (i + 1)) {
                    Thread.onSpinWait();
                }
                try {
                    all.get(i).execute(ran::countDown);
                } catch (RejectedExecutionException fault) {
                    // Seen by the count of what ran.
                }
            }
        };
        Thread other = new Thread(adder);
        other.start();
        adder.run();
        other.join();
        for (int i = 0; i < pools; i++) {
            all.get(i).shutdown();
        }
        ran.await(30, TimeUnit.SECONDS);
        assertEquals(0, ran.getCount(), "tasks that were refused");
    }

    @Test
    void tasksThatWaitForEachOtherHaveAThreadEach() throws Exception {
        pool = new HandlerPool("test", 64, null);
        for (int round = 0; round < 20; round++) {
            CyclicBarrier all = new CyclicBarrier(65);
            for (int i = 0; i < 64; i++) {
                pool.execute(() -> await(all));
            }
            all.await(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void theThreadThatBeganToRestLastIsWokenFirst() throws Exception {
        pool = new HandlerPool("test", 8, null);
        Set<Thread> all = ConcurrentHashMap.newKeySet();
        CyclicBarrier meeting = new CyclicBarrier(9);
        for (int i = 0; i < 8; i++) {
            pool.execute(() -> {
                all.add(Thread.currentThread());
                await(meeting);
            });
        }
        meeting.await(10, TimeUnit.SECONDS);
        awaitRest(all);

        Set<Thread> woken = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 8; i++) {
            CountDownLatch done = new CountDownLatch(1);
            pool.execute(() -> {
                woken.add(Thread.currentThread());
                done.countDown();
            });
            assertTrue(done.await(10, TimeUnit.SECONDS));
            awaitRest(woken);
        }
        assertEquals(1, woken.size(), woken + " took turns");
    }

    @Test
    void tasksBeginInTheirOrder() throws Exception {
        pool = new HandlerPool("test", 1, null);
        block();
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch all = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            int number = i;
            pool.execute(() -> {
                order.add(number);
                all.countDown();
            });
        }
        release.countDown();
        assertTrue(all.await(10, TimeUnit.SECONDS));
        List<Integer> sorted = new ArrayList<>(order);
        Collections.sort(sorted);
        assertEquals(sorted, order);
    }

    @Test
    void whatThereIsNoThreadForIsRunByTheExecutorThatStandsBy() throws Exception {
        ExecutorService standBy = Executors.newCachedThreadPool(task -> new Thread(task, "stands by"));
        pool = new HandlerPool("test", 2, standBy);
        CyclicBarrier all = new CyclicBarrier(6);
        List<String> names = Collections.synchronizedList(new ArrayList<>());
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 5; i++) {
            pool.execute(() -> {
                if (Thread.currentThread().getName().startsWith("test-")) {
                    threads.add(Thread.currentThread());
                }
                names.add(Thread.currentThread().getName());
                await(all);
            });
        }
        all.await(10, TimeUnit.SECONDS);
        Collections.sort(names);
        assertEquals(List.of("stands by", "stands by", "stands by", "test-0", "test-1"), names);

        awaitRest(threads);
        CountDownLatch next = new CountDownLatch(1);
        pool.execute(() -> {
            names.add(Thread.currentThread().getName());
            next.countDown();
        });
        assertTrue(next.await(10, TimeUnit.SECONDS));
        assertTrue(names.get(5).startsWith("test-"), names.get(5));

        pool.shutdown();
        assertTrue(pool.awaitTermination(10, TimeUnit.SECONDS));
        assertTrue(standBy.isTerminated());
    }

    @Test
    void aTaskThatFailsCostsNoThread() throws Exception {
        pool = new HandlerPool("test", 1, null);
        Set<Object> seen = new HashSet<>();
        CountDownLatch told = new CountDownLatch(1);
        pool.execute(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {
                seen.add(failure.getMessage());
                told.countDown();
            });
            throw new IllegalStateException("broken");
        });
        assertTrue(told.await(10, TimeUnit.SECONDS));
        CountDownLatch next = new CountDownLatch(1);
        pool.execute(next::countDown);
        assertTrue(next.await(10, TimeUnit.SECONDS));
        assertEquals(Set.of("broken"), seen);
    }

    @Test
    void shutDownItRunsWhatItHasAndTakesNothingMore() throws Exception {
        block();
        block();
        CountDownLatch waiting = new CountDownLatch(1);
        pool.execute(waiting::countDown);
        pool.shutdown();
        assertThrows(RejectedExecutionException.class, () -> pool.execute(() -> {}));
        assertFalse(pool.isTerminated());
        release.countDown();
        assertTrue(waiting.await(10, TimeUnit.SECONDS));
    }

    @Test
    void shutDownAtOnceItInterruptsWhatRunsAndGivesBackWhatWaits() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        pool = new HandlerPool("test", 1, null);
        pool.execute(() -> {
            begun.countDown();
            try {
                release.await();
            } catch (InterruptedException expected) {
                interrupted.countDown();
            }
        });
        begun.await();
        Runnable never = () -> {};
        pool.execute(never);
        assertEquals(List.of(never), pool.shutdownNow());
        assertTrue(interrupted.await(10, TimeUnit.SECONDS));
    }

    // ---- a pool that grows

    private final ManualClock clock = new ManualClock();
    private final Deadlines timer = Deadlines.byHand(clock);
    private final List<Thread> unstarted = new ArrayList<>();
    private final List<Thread> started = Collections.synchronizedList(new ArrayList<>());

    private HandlerPool growing(int size, Duration idle) {
        pool.shutdown();
        pool = HandlerPool.growing("test", size, timer, idle, thread -> {
            started.add(thread);
            thread.start();
        });
        return pool;
    }

    /** Of its threads only the first is started; the test may start the others. */
    private void growingByHand() {
        pool.shutdown();
        pool = HandlerPool.growing("test", 1, timer, Duration.ofMinutes(1), thread -> {
            started.add(thread);
            if (started.size() == 1) {
                thread.start();
            } else {
                unstarted.add(thread);
            }
        });
    }

    private void pass(int millis) {
        clock.advance(Duration.ofMillis(millis), timer);
    }

    @Test
    void tasksThatWaitForThoseBehindThemAllGetAThread() throws Exception {
        growing(2, Duration.ofMinutes(1));
        CyclicBarrier all = new CyclicBarrier(101);
        for (int i = 0; i < 100; i++) {
            pool.execute(() -> await(all));
        }
        Eventually.holds("all have a thread", () -> {
            pass(10);
            return started.size() == 100;
        });
        all.await(10, TimeUnit.SECONDS);
        pass(100);
        assertEquals(0, timer.pending(), "nothing waits, and nobody looks");
    }

    @Test
    void spareThreadsComeInDoublesAndNoMoreThanTasksWait() throws Exception {
        growingByHand();
        block();
        for (int i = 0; i < 100; i++) {
            pool.execute(() -> {});
        }
        pass(10);
        assertEquals(0, unstarted.size(), "they have not waited for long");
        Set<Integer> sizes = new LinkedHashSet<>();
        for (int i = 0; i < 100; i++) {
            sizes.add(unstarted.size());
            pass(10);
        }
        assertEquals(List.of(0, 1, 3, 7, 15, 31, 63, 100), List.copyOf(sizes));
        unstarted.forEach(Thread::start);
    }

    @Test
    void noSpareThreadComesWhileTasksGetTheirThreadInTime() throws Exception {
        growing(1, Duration.ofMinutes(1));
        for (int i = 0; i < 100; i++) {
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch next = new CountDownLatch(1);
            pool.execute(() -> await(go));
            pool.execute(next::countDown);
            pass(10);
            go.countDown();
            assertTrue(next.await(10, TimeUnit.SECONDS));
            pass(10);
        }
        assertEquals(1, started.size());
    }

    @Test
    void spareThreadsEndWhenThereIsNothingToDo() throws Exception {
        growing(2, Duration.ofMillis(1));
        for (int round = 1; round <= 3; round++) {
            CyclicBarrier all = new CyclicBarrier(11);
            for (int i = 0; i < 10; i++) {
                pool.execute(() -> await(all));
            }
            Eventually.holds("all have a thread", () -> {
                pass(10);
                return all.getNumberWaiting() == 10;
            });
            all.await(10, TimeUnit.SECONDS);
            Eventually.equal(2L, () -> started.stream().filter(Thread::isAlive).count());
        }
    }

    @Test
    void aThreadThatCannotBeStartedIsTriedAgainAndNobodyNotices() throws Exception {
        AtomicInteger refusals = new AtomicInteger(3);
        growing(1, Duration.ofMinutes(1));
        pool = HandlerPool.growing("test", 1, timer, Duration.ofMinutes(1), thread -> {
            if (refusals.getAndDecrement() > 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            thread.start();
        });
        CountDownLatch done = new CountDownLatch(1);
        try (CapturedLog log = new CapturedLog()) {
            pool.execute(done::countDown);
            Eventually.holds("the task is run", () -> {
                pass(10);
                return done.getCount() == 0;
            });
            assertEquals(1, log.complaints().lines().count(), log.complaints());
            assertTrue(
                    log.complaints().contains("test cannot start another thread, so tasks wait for one of its 0"),
                    log.complaints());
        }
    }

    @Test
    void aPoolThatGetsNoThreadAtAllRefusesTasks() {
        pool.shutdown();
        pool = new HandlerPool("test", 1, null, thread -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        try (CapturedLog log = new CapturedLog()) {
            assertThrows(RejectedExecutionException.class, () -> pool.execute(() -> {}));
            assertEquals(1, log.complaints().lines().count(), log.complaints());
        }
    }

    @Test
    void moreThanAThousandThreadsAreWarnedOf() throws Exception {
        growingByHand();
        block();
        for (int i = 0; i < 1_500; i++) {
            pool.execute(() -> {});
        }
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 100; i++) {
                pass(10);
            }
            assertEquals(1_500, unstarted.size());
            assertEquals(1, log.complaints().lines().count(), log.complaints());
            assertTrue(
                    log.complaints().contains("test has more than 1000 threads, all of them blocked"),
                    log.complaints());
        }
        unstarted.forEach(Thread::start);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Keeps one thread busy until the end. */
    private void block() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        pool.execute(() -> {
            begun.countDown();
            try {
                release.await();
            } catch (InterruptedException atTheEnd) {
                Thread.currentThread().interrupt();
            }
        });
        assertTrue(begun.await(10, TimeUnit.SECONDS));
    }

    /** Until they wait for the next task: nothing else that they wait for names the pool. */
    private void awaitRest(Set<Thread> threads) {
        for (Thread thread : threads) {
            while (LockSupport.getBlocker(thread) != pool) {
                Thread.onSpinWait();
            }
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Where the threads of the test below are found. */
    private static void query(CountDownLatch begun, CountDownLatch until) throws InterruptedException {
        begun.countDown();
        until.await();
    }

    @Test
    void saysWhenTasksWaitForSecondsWhereItsThreadsAre() throws Exception {
        ManualClock clock = new ManualClock();
        Deadlines timer = Deadlines.byHand(clock);
        pool = HandlerPool.watched("test", 2, null, timer);
        CountDownLatch begun = new CountDownLatch(2);
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 2; i++) {
                pool.execute(() -> {
                    try {
                        query(begun, release);
                    } catch (InterruptedException failure) {
                        throw new IllegalStateException(failure);
                    }
                });
            }
            assertTrue(begun.await(10, TimeUnit.SECONDS));
            assertEquals(0, timer.pending(), "nobody waits, nothing is watched");
            CountDownLatch waited = new CountDownLatch(3);
            for (int i = 0; i < 3; i++) {
                pool.execute(waited::countDown);
            }
            clock.advance(Duration.ofMillis(4_900), timer);
            assertEquals("", log.complaints());
            clock.advance(Duration.ofMillis(4_100), timer);
            assertEquals(1, log.complaints().lines().count(), log.text());
            assertTrue(
                    log.complaints()
                            .contains(
                                    "all 2 handler threads are busy, and the events of 3 clients wait, the first for 5 s"),
                    log.text());
            assertTrue(log.complaints().contains("HandlerPoolTest.query:"), log.text());
            clock.advance(Duration.ofMillis(3_000), timer);
            assertEquals(2, log.complaints().lines().count(), "again when it is twice as long: " + log.text());
            release.countDown();
            assertTrue(waited.await(10, TimeUnit.SECONDS));
            Eventually.holds("the mark has passed", () -> {
                clock.advance(Duration.ofSeconds(1), timer);
                return timer.pending() == 0;
            });
            assertEquals(2, log.complaints().lines().count(), log.text());
        }
    }

    private HandlerPool watched(Consumer<Thread> starter) {
        return new HandlerPool("test", 1, null, timer, false, Duration.ZERO, starter, new ConcurrentLinkedQueue<>());
    }

    /** The first caller starts the first thread, and the second relies on that. */
    @Test
    void aTaskThatReliedOnARefusedThreadIsRunOnceThereIsOne() throws Exception {
        AtomicInteger refusals = new AtomicInteger(3);
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch second = new CountDownLatch(1);
        pool = watched(thread -> {
            if (refusals.getAndDecrement() == 3) {
                pool.execute(second::countDown);
            }
            if (refusals.get() >= 0) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            thread.start();
        });
        try (CapturedLog log = new CapturedLog()) {
            assertThrows(RejectedExecutionException.class, () -> pool.execute(ran::incrementAndGet));
            assertEquals(1, pool.load().queued());
            pass(3_500);
            assertTrue(second.await(10, TimeUnit.SECONDS), "the second caller's task is run");
            assertEquals(0, ran.get(), "what was refused is not run");
            assertEquals(1, log.complaints().lines().count(), log.complaints());
        }
        Eventually.holds("nobody watches", () -> {
            pass(1_000);
            return timer.pending() == 0;
        });
    }

    @Test
    void nobodyWatchesAPoolThatHasRefusedItsTasks() {
        pool = watched(thread -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        try (CapturedLog log = new CapturedLog()) {
            assertThrows(RejectedExecutionException.class, () -> pool.execute(() -> {}));
            pass(1_200);
            assertEquals(0, timer.pending());
            assertEquals(1, log.complaints().lines().count(), log.complaints());
        }
    }

    @Test
    void tasksThatWaitOnlyBrieflyAreNoReasonToSaySo() throws Exception {
        ManualClock clock = new ManualClock();
        Deadlines timer = Deadlines.byHand(clock);
        pool = HandlerPool.watched("test", 1, null, timer);
        Semaphore next = new Semaphore(0);
        try (CapturedLog log = new CapturedLog()) {
            AtomicInteger begun = new AtomicInteger();
            for (int i = 0; i < 12; i++) {
                pool.execute(() -> {
                    begun.incrementAndGet();
                    next.acquireUninterruptibly();
                });
                if (i > 0) { // one task runs, and another waits for two seconds
                    clock.advance(Duration.ofSeconds(2), timer);
                    next.release();
                    Eventually.equal(i + 1, begun::get);
                }
            }
            assertEquals("", log.complaints());
            next.release(12);
        }
    }
}
