package io.gangway.interceptors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.tasks.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private final ManualClock clock = new ManualClock();

    private TokenBucket bucket(int tokens, Duration per, int burst) {
        return new TokenBucket(TokenBucket.Rate.of(tokens, per, burst), clock.getAsLong());
    }

    private long millis(TokenBucket bucket) {
        return bucket.take(clock.getAsLong()) / 1_000_000;
    }

    @Test
    void aFullBucketGivesItsBurstAndThenOneTokenAtATime() {
        TokenBucket bucket = bucket(10, Duration.ofSeconds(1), 3);
        assertEquals(0, millis(bucket));
        assertEquals(0, millis(bucket));
        assertEquals(0, millis(bucket));
        assertEquals(100, millis(bucket), "the next token comes in a tenth of a second");
        clock.advance(Duration.ofMillis(60));
        assertEquals(40, millis(bucket), "what is refused costs nothing");
        clock.advance(Duration.ofMillis(40));
        assertEquals(0, millis(bucket));
        assertEquals(100, millis(bucket));
    }

    @Test
    void aLongRestGivesNoMoreThanTheBurst() {
        TokenBucket bucket = bucket(10, Duration.ofSeconds(1), 2);
        clock.advance(Duration.ofDays(300));
        assertEquals(0, millis(bucket));
        assertEquals(0, millis(bucket));
        assertEquals(100, millis(bucket));
    }

    @Test
    void overTimeTheRateHolds() {
        TokenBucket bucket = bucket(3, Duration.ofSeconds(1), 3);
        int taken = 0;
        for (int i = 0; i < 10_000; i++) {
            taken += bucket.take(clock.getAsLong()) == 0 ? 1 : 0;
            clock.advance(Duration.ofMillis(1));
        }
        assertEquals(3 + 3 * 10 - 1, taken, 1);
    }

    @Test
    void aFullBucketMayBeRetiredAndGivesNothingThen() {
        TokenBucket bucket = bucket(10, Duration.ofSeconds(1), 2);
        assertEquals(0, millis(bucket));
        assertFalse(bucket.retire(clock.getAsLong()));
        clock.advance(Duration.ofMillis(100));
        assertTrue(bucket.retire(clock.getAsLong()));
        assertEquals(TokenBucket.RETIRED, bucket.take(clock.getAsLong()));
        clock.advance(Duration.ofHours(1));
        assertEquals(TokenBucket.RETIRED, bucket.take(clock.getAsLong()));
    }

    @Test
    void manyThreadsTakeNoTokenTwice() throws InterruptedException {
        TokenBucket bucket = bucket(1, Duration.ofSeconds(1), 10_000);
        long now = clock.getAsLong();
        AtomicInteger taken = new AtomicInteger();
        CountDownLatch ready = new CountDownLatch(4);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                ready.countDown();
                for (int j = 0; j < 5_000; j++) {
                    if (bucket.take(now) == 0) {
                        taken.incrementAndGet();
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(10_000, taken.get());
    }

    @Test
    void aRateThatCannotBeIsRefused() {
        assertEquals(
                "the rate must be at least 1 per PT1S, but is 0",
                assertThrows(IllegalArgumentException.class, () -> bucket(0, Duration.ofSeconds(1), 1))
                        .getMessage());
        assertEquals(
                "the burst must be at least 1, but is 0",
                assertThrows(IllegalArgumentException.class, () -> bucket(1, Duration.ofSeconds(1), 0))
                        .getMessage());
        for (Duration per : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(2), Duration.ofNanos(1))) {
            assertEquals(
                    "the rate must be at most 1 per nanosecond, over at most a day, but is 2 per " + per,
                    assertThrows(IllegalArgumentException.class, () -> bucket(2, per, 1))
                            .getMessage());
        }
    }

    @Test
    void aBurstThatTakesLongerToFillThanTimeCanTellIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> bucket(1, Duration.ofDays(1), Integer.MAX_VALUE));
    }
}
