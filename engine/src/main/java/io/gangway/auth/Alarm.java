package io.gangway.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Rings once, at a time of day, unless it is cancelled first; then nothing holds on to it. Thread-safe.
 *
 * <p>It waits in the one timer that the JDK keeps for all {@link CompletableFuture}s, and rings in the common pool.
 */
final class Alarm {
    /** Longer it never waits at a time, because a machine's clock may be set, or the machine sleep. */
    private static final Duration NAP = Duration.ofHours(1);

    private final Instant time;
    private final Consumer<Alarm> listener;

    /** Completes with whether to look at the clock again. Guarded by this. */
    private CompletableFuture<Boolean> nap = CompletableFuture.completedFuture(true);

    private Alarm(Instant time, Consumer<Alarm> listener) {
        this.time = time;
        this.listener = listener;
    }

    /** Sets an alarm. {@code listener} is told which one rang, soon after {@code time} and never on the calling thread. */
    static Alarm at(Instant time, Consumer<Alarm> listener) {
        Alarm alarm = new Alarm(time, listener);
        alarm.sleep();
        return alarm;
    }

    synchronized void cancel() {
        nap.complete(false);
        nap = CompletableFuture.completedFuture(false);
    }

    private synchronized void sleep() {
        if (!nap.getNow(true)) {
            return;
        }
        Duration left = Duration.between(Instant.now(), time);
        long millis = left.isNegative() ? 0 : left.compareTo(NAP) > 0 ? NAP.toMillis() : left.toMillis() + 1;
        nap = new CompletableFuture<Boolean>().completeOnTimeout(true, millis, TimeUnit.MILLISECONDS);
        CompletableFuture<Void> unused = nap.thenAcceptAsync(due -> {
            if (due) {
                wake();
            }
        });
    }

    private void wake() {
        if (Instant.now().isBefore(time)) {
            sleep();
        } else {
            listener.accept(this);
        }
    }
}
