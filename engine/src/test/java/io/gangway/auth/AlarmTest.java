package io.gangway.auth;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An alarm rings in time whatever the application does with the threads that it shares with the JDK. */
@Tag("threads")
class AlarmTest {
    private final BlockingQueue<Alarm> rung = new LinkedBlockingQueue<>();

    @Test
    void ringsWhileTheApplicationHoldsTheCommonPoolAndTheJdksTimer() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch timerHeld = new CountDownLatch(1);
        CompletableFuture<Void> timeout = new CompletableFuture<>();
        CompletableFuture<Void> held = timeout.thenRun(() -> {
            timerHeld.countDown();
            await(release);
        });
        timeout.completeOnTimeout(
                null, 1, TimeUnit.MILLISECONDS); // now: else this thread might run what is to hold the timer
        for (int i = 0; i < 2 * ForkJoinPool.commonPool().getParallelism(); i++) {
            ForkJoinPool.commonPool().execute(() -> await(release));
        }
        try {
            assertTrue(timerHeld.await(10, TimeUnit.SECONDS));
            Alarm alarm = Alarm.at(Instant.now().plusMillis(1), AlarmClock.SYSTEM, rung::add);
            assertSame(alarm, rung.poll(10, TimeUnit.SECONDS));
        } finally {
            release.countDown();
            held.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void oneWhoseListenerFailsDoesNotKeepOthersFromRinging() throws Exception {
        Alarm.at(Instant.now(), AlarmClock.SYSTEM, failing -> {
            throw new IllegalStateException("expected by the test");
        });
        Alarm alarm = Alarm.at(Instant.now(), AlarmClock.SYSTEM, rung::add);
        assertSame(alarm, rung.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void doesNotRingOnceItIsCancelled() throws Exception {
        boolean inTime = false;
        for (int wait = 50; !inTime; wait *= 2) { // this thread may stand still until the alarm has to ring
            BlockingQueue<Alarm> heard = new LinkedBlockingQueue<>();
            Instant time = Instant.now().plusMillis(wait);
            Alarm.at(time, AlarmClock.SYSTEM, heard::add).cancel();
            inTime = Instant.now().isBefore(time);
            Alarm later = Alarm.at(time.plusMillis(50), AlarmClock.SYSTEM, heard::add);
            Alarm first = heard.poll(10, TimeUnit.SECONDS);
            assertNotNull(first, "the later alarm did not ring");
            if (inTime) {
                assertSame(later, first);
                assertTrue(heard.isEmpty());
            }
        }
    }

    /** As when the machine sleeps just then. */
    @Test
    void ringsThoughItsTimePassesWhileItIsBeingSet() throws Exception {
        MovedClock clock = new MovedClock();
        Instant time = clock.now().plusSeconds(1);
        AlarmClock moving = new AlarmClock() {
            @Override
            public Instant now() {
                Instant now = clock.now();
                if (now.isBefore(time)) {
                    clock.advance(Duration.ofSeconds(1));
                }
                return now;
            }

            @Override
            public Future<?> at(Instant due, Runnable call) {
                return clock.at(due, call);
            }
        };
        Alarm alarm = Alarm.at(time, moving, rung::add);
        assertSame(alarm, rung.poll(10, TimeUnit.SECONDS));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
