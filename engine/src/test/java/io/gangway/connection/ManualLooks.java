package io.gangway.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A timer of {@link Laggards} in the hands of a test: they look at the slow clients when it says so. */
public final class ManualLooks implements Laggards.Timer {
    private @Nullable Runnable next;

    /** Laggards that never look by themselves, and let so many bytes wait for one client. */
    public static Laggards none(long maxUnsent) {
        return new Laggards(limits(maxUnsent), new ManualLooks());
    }

    /** Ten seconds, 10 KiB a second, and these limits. */
    public static OutboundLimits limits(long maxUnsent) {
        return limits(maxUnsent, maxUnsent, Long.MAX_VALUE);
    }

    static OutboundLimits limits(long maxBuffered, long maxUnsent, long budget) {
        return new OutboundLimits(maxBuffered, maxUnsent, budget, Duration.ofSeconds(10), 10 * 1024, 50);
    }

    @Override
    public Runnable after(Duration delay, Runnable task) {
        next = task;
        return () -> {
            if (next == task) {
                next = null;
            }
        };
    }

    /** Whether another look is to come. */
    boolean isLooking() {
        return next != null;
    }

    void look() {
        Runnable task = next;
        next = null;
        if (task != null) {
            task.run();
        }
    }

    void look(int times) {
        for (int i = 0; i < times; i++) {
            look();
        }
    }
}
