package io.gangway.threads;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("threads")
@Timeout(60)
class LastingThreadTest {
    private final AtomicReference<Throwable> next = new AtomicReference<>();
    private final AtomicReference<Throwable> nextInPause = new AtomicReference<>();
    private final BlockingQueue<Thread> rounds = new LinkedBlockingQueue<>();
    private final LastingThread lasting = new LastingThread("lasting", this::round, () -> fail(nextInPause));

    private void round() {
        fail(next);
        rounds.add(Thread.currentThread());
        LockSupport.park(this);
    }

    private static void fail(AtomicReference<Throwable> with) {
        Throwable failure = with.getAndSet(null);
        if (failure != null) {
            LastingThreadTest.<RuntimeException>sneak(failure);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }

    private Thread round(Throwable failing) throws InterruptedException {
        next.set(failing);
        lasting.wake();
        return rounds.poll(30, SECONDS);
    }

    static List<Throwable> everyKind() {
        return List.of(
                new OutOfMemoryError("injected"),
                new StackOverflowError(),
                new NoClassDefFoundError("injected"),
                new AssertionError("injected"),
                new IllegalStateException("injected"),
                new Exception("injected"),
                new Throwable("injected"));
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void goesOnOnTheSameThreadWhateverARoundThrows(Throwable failure) throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            lasting.start();
            Thread first = rounds.poll(30, SECONDS);
            assertSame(first, round(failure));
            assertSame(first, round(failure), "and again");
            assertEquals(1, log.complaints().lines().count(), log.text());
            assertTrue(log.complaints().contains("lasting failed and goes on"), log.text());
            lasting.end();
            first.join();
        }
    }

    @Test
    void restsAgainAfterAnInterrupt() throws Exception {
        lasting.start();
        Thread first = rounds.poll(30, SECONDS);
        first.interrupt();
        assertSame(first, rounds.poll(30, SECONDS), "the interrupt has ended its rest");
        Eventually.holds("it rests", () -> first.getState() == Thread.State.WAITING);
        assertEquals(0, rounds.size(), "it has rested since");
        lasting.end();
        first.join();
    }

    @Test
    void isReplacedIfItEndsAnyway() throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            lasting.start();
            Thread first = rounds.poll(30, SECONDS);
            first.setUncaughtExceptionHandler((thread, death) -> {});
            nextInPause.set(new OutOfMemoryError("even in the pause"));
            Thread second = round(new OutOfMemoryError("injected"));
            assertNotSame(first, second);
            assertEquals("lasting", second.getName());
            assertTrue(second.isDaemon());
            Eventually.holds(
                    "it is said", () -> log.complaints().contains("lasting ended unexpectedly; another thread has"));
            first.join();
            lasting.end();
            second.join();
        }
    }

    /** No memory to log with: neither may that end the thread. */
    @Test
    void survivesALogThatFailsToo() throws Exception {
        java.io.PrintStream before = System.err;
        AtomicInteger tries = new AtomicInteger();
        System.setErr(new java.io.PrintStream(before) {
            @Override
            public void println(String line) {
                tries.incrementAndGet();
                throw new OutOfMemoryError("no memory for a log line");
            }
        });
        try {
            lasting.start();
            Thread first = rounds.poll(30, SECONDS);
            assertSame(first, round(new OutOfMemoryError("injected")));
            assertSame(first, round(new OutOfMemoryError("injected")));
            assertTrue(tries.get() > 0, "it has tried to log");
            lasting.end();
            first.join();
        } finally {
            System.setErr(before);
        }
    }

    @Test
    void aThreadThatStartsAgainWaitsForTheEarlierOnesLastRound() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean inRound = new AtomicBoolean();
        AtomicBoolean overlapped = new AtomicBoolean();
        AtomicInteger count = new AtomicInteger();
        LastingThread restarted = new LastingThread("restarted", () -> {
            overlapped.compareAndSet(false, !inRound.compareAndSet(false, true));
            if (count.getAndIncrement() == 0) {
                begun.countDown();
                awaitUninterruptibly(release);
            }
            inRound.set(false);
        });
        restarted.start();
        assertTrue(begun.await(30, SECONDS));
        restarted.end();
        restarted.start();
        release.countDown();
        Eventually.holds("the second thread works", () -> count.get() > 1);
        restarted.end();
        assertEquals(false, overlapped.get());
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
