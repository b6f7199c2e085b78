package io.gangway.redis.link;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
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

    /** The shortest of some, as one may be longer for the machine's sake. */
    private long shortestPause(Runnable before) {
        return IntStream.range(0, 5)
                .mapToLong(i -> {
                    before.run();
                    return pause();
                })
                .min()
                .orElseThrow();
    }

    @Test
    void aRetrySoonWaitsNoLongerThanTheFirst() {
        failFiveTimes();
        long soon = shortestPause(backoff::retrySoon);
        assertTrue(soon < 400, soon + " ms");
        long next = pause();
        assertTrue(next >= 500, next + " ms");
    }

    @Test
    void afterAGoodConnectionItBeginsAnew() {
        failFiveTimes();
        assertTrue(!backoff.wasStable(999_000_000));
        long first = shortestPause(() -> assertTrue(backoff.wasStable(1_000_000_000)));
        assertTrue(first >= 25 && first < 400, first + " ms");
    }
}
