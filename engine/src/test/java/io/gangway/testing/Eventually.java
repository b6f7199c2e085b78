package io.gangway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.gangway.clients.WireClient;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a thing that another thread brings about, and for no longer than it takes. */
public final class Eventually {
    private Eventually() {}

    public static void holds(String thing, BooleanSupplier condition) {
        long deadline = System.nanoTime() + WireClient.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("still not so after " + WireClient.PATIENCE + ": " + thing);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Waits until the value is as expected; shows the last one if it never was. */
    public static <T> void equal(T expected, Supplier<T> actual) {
        long deadline = System.nanoTime() + WireClient.PATIENCE.toNanos();
        while (!expected.equals(actual.get())) {
            if (System.nanoTime() - deadline > 0) {
                assertEquals(expected, actual.get());
                return;
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Waits until the value has stopped changing, as something does that is held up. */
    public static <T> T settles(Supplier<T> value) {
        T last = value.get();
        for (int unchanged = 0; unchanged < 100; unchanged++) {
            LockSupport.parkNanos(2_000_000);
            T now = value.get();
            unchanged = now.equals(last) ? unchanged : 0;
            last = now;
        }
        return last;
    }
}
