package io.gangway.tasks;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.testing.CapturedLog;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("threads")
@Timeout(60)
class DeadlinesTest {
    private static final Duration TICK = Duration.ofMillis(10);

    private final ManualClock clock = new ManualClock();
    private final Deadlines deadlines = Deadlines.byHand(clock);
    private final List<String> ran = new ArrayList<>();

    private Deadlines.Deadline after(long millis, String name) {
        return deadlines.after(Duration.ofMillis(millis), () -> ran.add(name));
    }

    @Test
    void neverRunEarlyAndSoonAfterTheirTime() {
        after(100, "a");
        clock.advance(Duration.ofMillis(99), deadlines);
        assertEquals(List.of(), ran);
        clock.advance(TICK.multipliedBy(2), deadlines);
        assertEquals(List.of("a"), ran);
        assertEquals(0, deadlines.pending());
        clock.advance(Duration.ofSeconds(20), deadlines);
        assertEquals(List.of("a"), ran, "once");
    }

    @Test
    void neverRunEarlyWhateverTheDelayAndTheSteps() {
        Random random = new Random(1);
        AtomicInteger early = new AtomicInteger();
        AtomicInteger late = new AtomicInteger();
        for (int i = 0; i < 2_000; i++) {
            Duration delay = Duration.ofNanos(random.nextInt(2_000_000_000) * 5L);
            long due = clock.getAsLong() + delay.toNanos();
            deadlines.after(delay, () -> {
                long lateness = clock.getAsLong() - due;
                if (lateness < 0) {
                    early.incrementAndGet();
                } else if (lateness > TICK.multipliedBy(2).toNanos()) {
                    late.incrementAndGet();
                }
            });
            clock.advance(Duration.ofNanos(random.nextInt(5_000_000)), deadlines);
        }
        clock.advance(Duration.ofSeconds(11), deadlines);
        assertEquals(0, early.get());
        assertEquals(0, late.get());
        assertEquals(0, deadlines.pending());
    }

    @Test
    void withoutADelayRunInTheNextTurnOfTheWheel() {
        after(0, "now");
        after(-5, "before");
        clock.advance(TICK, deadlines);
        assertEquals(2, ran.size());
    }

    @Test
    void waitForTheirRoundOfTheWheel() {
        // The wheel goes round in 5.12 s.
        after(5_130, "second round");
        after(10, "first round");
        after(25_000, "fifth round");
        clock.advance(Duration.ofMillis(40), deadlines);
        assertEquals(List.of("first round"), ran);
        clock.advance(Duration.ofMillis(5_080), deadlines);
        assertEquals(List.of("first round"), ran);
        clock.advance(Duration.ofMillis(40), deadlines);
        assertEquals(List.of("first round", "second round"), ran);
        clock.advance(Duration.ofSeconds(19), deadlines);
        assertEquals(2, ran.size());
        clock.advance(Duration.ofSeconds(1), deadlines);
        assertEquals("fifth round", ran.get(2));
    }

    @Test
    void runAllThatAreDueWhenTheWheelStoodStillForRounds() {
        for (int i = 0; i < 600; i++) {
            after(i * 10L, String.valueOf(i));
        }
        after(100_000, "later");
        clock.advance(Duration.ofSeconds(60));
        deadlines.turn();
        assertEquals(600, ran.size());
        assertEquals(1, deadlines.pending());
    }

    @Test
    void canBeForever() {
        deadlines.after(ChronoUnit.FOREVER.getDuration(), () -> ran.add("never"));
        deadlines.after(Duration.ofNanos(Long.MAX_VALUE), () -> ran.add("never"));
        clock.advance(Duration.ofMillis(50), deadlines);
        clock.advance(Duration.ofDays(365));
        deadlines.turn();
        assertEquals(List.of(), ran);
    }

    @Test
    void thatAreCancelledLeaveNothing() {
        List<Deadlines.Deadline> set = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            set.add(after(100, String.valueOf(i))); // in one slot: cancel its middle, its ends, and its only one
        }
        assertEquals(5, deadlines.pending());
        for (int i : new int[] {2, 0, 4, 3}) {
            assertTrue(set.get(i).cancel());
            assertFalse(set.get(i).cancel());
        }
        assertEquals(1, deadlines.pending());
        clock.advance(Duration.ofMillis(200), deadlines);
        assertEquals(List.of("1"), ran);
        assertFalse(set.get(1).cancel(), "it has run");
        assertEquals(0, deadlines.pending());
    }

    @Test
    void cannotBeCancelledByTheirOwnTask() {
        AtomicReference<Deadlines.Deadline> self = new AtomicReference<>();
        AtomicBoolean cancelled = new AtomicBoolean();
        self.set(deadlines.after(TICK, () -> cancelled.set(self.get().cancel())));
        clock.advance(TICK.multipliedBy(3), deadlines);
        assertFalse(cancelled.get());
        assertEquals(0, deadlines.pending());
    }

    @Test
    void maySetOthersFromTheirTasks() {
        deadlines.after(TICK, () -> after(10, "second"));
        clock.advance(TICK.multipliedBy(5), deadlines);
        assertEquals(List.of("second"), ran);
    }

    @Test
    void surviveATaskThatThrows() {
        List<Throwable> reported = new ArrayList<>();
        Thread current = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = current.getUncaughtExceptionHandler();
        current.setUncaughtExceptionHandler((thread, failure) -> reported.add(failure));
        try {
            AssertionError fault = new AssertionError("fault");
            after(10, "a");
            deadlines.after(TICK, () -> {
                throw fault;
            });
            after(10, "b");
            clock.advance(TICK.multipliedBy(3), deadlines);
            assertEquals(2, ran.size());
            assertEquals(List.of(fault), reported);
        } finally {
            current.setUncaughtExceptionHandler(before);
        }
    }

    @Test
    void surviveAHandlerOfUncaughtExceptionsThatThrows() {
        Thread current = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = current.getUncaughtExceptionHandler();
        current.setUncaughtExceptionHandler((thread, failure) -> {
            throw new OutOfMemoryError("no memory to report with");
        });
        try {
            deadlines.after(TICK, () -> {
                throw new AssertionError("fault");
            });
            after(10, "b");
            clock.advance(TICK.multipliedBy(3), deadlines);
            assertEquals(List.of("b"), ran);
            assertEquals(0, deadlines.pending());
        } finally {
            current.setUncaughtExceptionHandler(before);
        }
    }

    /** A heartbeat that skipped a beat would never beat again. */
    @Test
    void runAgainUntilTheyHaveTheMemory() {
        Thread current = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = current.getUncaughtExceptionHandler();
        List<Throwable> reported = new ArrayList<>();
        current.setUncaughtExceptionHandler((thread, failure) -> reported.add(failure));
        try {
            AtomicInteger lacking = new AtomicInteger(3);
            Runnable hungry = () -> {
                if (lacking.getAndDecrement() > 0) {
                    throw new OutOfMemoryError("injected");
                }
                ran.add("fed");
            };
            deadlines.after(TICK, hungry);
            clock.advance(TICK.multipliedBy(3), deadlines);
            assertEquals(1, deadlines.pending());
            clock.advance(Duration.ofSeconds(1), deadlines);
            assertEquals(List.of("fed"), ran, "once");
            assertEquals(3, reported.size());
            assertEquals(0, deadlines.pending());

            lacking.set(1);
            Deadlines.Deadline cancelled = deadlines.after(TICK, hungry);
            clock.advance(TICK.multipliedBy(3), deadlines);
            assertTrue(cancelled.isPending());
            assertTrue(cancelled.cancel(), "between two runs");
            assertFalse(cancelled.cancel());
            clock.advance(Duration.ofSeconds(1), deadlines);
            assertEquals(List.of("fed"), ran);
            assertEquals(0, deadlines.pending());
        } finally {
            current.setUncaughtExceptionHandler(before);
        }
    }

    /** The clock fails at each place of the wheel's turn in which it is read: as any line might without memory. */
    @Test
    void areNotLostThoughTheTimerItselfFailsAgainAndAgain() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        Thread[] timer = new Thread[1];
        Random random = new Random(1);
        LongSupplier failing = () -> {
            if (Thread.currentThread().getName().equals("test-deadlines")) {
                timer[0] = Thread.currentThread();
                if (random.nextBoolean()) {
                    failures.incrementAndGet();
                    throw new OutOfMemoryError("injected");
                }
            }
            return System.nanoTime();
        };
        try (CapturedLog log = new CapturedLog();
                Deadlines real = new Deadlines("test", failing)) {
            real.start();
            CountDownLatch all = new CountDownLatch(50);
            for (int i = 0; i < 50; i++) {
                real.after(Duration.ofMillis(i), all::countDown);
            }
            assertTrue(all.await(30, SECONDS));
            assertTrue(failures.get() > 0);
            assertTrue(timer[0].isAlive());
            assertEquals(1, log.complaints().lines().count(), log.text());
        }
    }

    @Test
    void runThoughTheirSetterWasKeptBackAtTheWorstMoment() {
        // It looked at the clock, and before it went on the wheel had turned past the deadline's slot.
        AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
        LongSupplier treacherous = () -> {
            long now = clock.getAsLong();
            meanwhile.getAndSet(() -> {}).run();
            return now;
        };
        Deadlines watched = Deadlines.byHand(treacherous);
        meanwhile.set(() -> {
            clock.advance(Duration.ofMillis(200));
            watched.turn();
        });
        Deadlines.Deadline deadline = watched.after(Duration.ofMillis(50), () -> ran.add("a"));
        clock.advance(TICK.multipliedBy(2), watched);
        assertEquals(List.of("a"), ran, "not a whole round later");
        assertFalse(deadline.cancel());

        meanwhile.set(() -> {
            clock.advance(Duration.ofMillis(200));
            watched.turn();
        });
        assertTrue(
                watched.after(Duration.ofMillis(50), () -> ran.add("cancelled")).cancel());
        assertEquals(0, watched.pending());
    }

    @Test
    void wakeAnIdleThread() throws Exception {
        try (Deadlines real = new Deadlines("test")) {
            real.start();
            SynchronousQueue<Long> times = new SynchronousQueue<>();
            for (int i = 0; i < 20; i++) {
                long begin = System.nanoTime();
                real.after(Duration.ofMillis(5), () -> {
                    try {
                        times.put(System.nanoTime());
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                });
                Long time = times.poll(30, SECONDS);
                assertTrue(time - begin >= 5_000_000, "not early");
                // With the one deadline gone the thread sleeps until the next is set.
            }
        }
    }

    @Test
    void goOnAfterACloseAndAnotherStart() throws Exception {
        Deadlines real = new Deadlines("test");
        CountDownLatch beforeStart = new CountDownLatch(1);
        real.after(TICK, beforeStart::countDown);
        real.start();
        assertTrue(beforeStart.await(30, SECONDS));
        real.close();
        CountDownLatch whileClosed = new CountDownLatch(1);
        real.after(TICK, whileClosed::countDown);
        real.start();
        assertTrue(whileClosed.await(30, SECONDS));
        real.close();
    }

    @Test
    void comeFromManyThreadsAndAllRunOrAreCancelled() throws Exception {
        int each = 20_000;
        int setters = 4;
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger cancels = new AtomicInteger();
        try (Deadlines real = new Deadlines("test")) {
            real.start();
            List<Thread> threads = new ArrayList<>();
            for (int number = 0; number < setters; number++) {
                Random random = new Random(number);
                Thread thread = new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        Deadlines.Deadline deadline =
                                real.after(Duration.ofMillis(random.nextInt(60)), runs::incrementAndGet);
                        if (random.nextBoolean() && deadline.cancel()) {
                            cancels.incrementAndGet();
                        }
                    }
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            CountDownLatch behindAll = new CountDownLatch(1);
            real.after(Duration.ofMillis(100), behindAll::countDown);
            assertTrue(behindAll.await(30, SECONDS));
            assertEquals(setters * each, runs.get() + cancels.get());
            assertEquals(0, real.pending());
        }
    }
}
