package io.gangway.redis.link;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BackoffTest {
    private final Backoff backoff = new Backoff(Thread.currentThread());

    private long pause() {
        long start = System.nanoTime();
        backoff.pause(() -> false);
        return (System.nanoTime() - start) / 1_000_000;
    }

    private void failFiveTimes() {
        for (int i = 0; i < 5; i++) {
            backoff.pause(() -> true);
        }
    }

    @Test
    void aRetrySoonWaitsNoLongerThanTheFirst() {
        failFiveTimes();
        backoff.retrySoon();
        long soon = pause();
        assertTrue(soon < 400, soon + " ms");
        long next = pause();
        assertTrue(next >= 500, next + " ms");
    }

    @Test
    void afterAGoodConnectionItBeginsAnew() {
        failFiveTimes();
        assertTrue(!backoff.wasStable(999_000_000));
        assertTrue(backoff.wasStable(1_000_000_000));
        long first = pause();
        assertTrue(first >= 25 && first < 400, first + " ms");
    }
}
