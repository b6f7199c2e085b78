package io.gangway.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings once, at a time of day, unless it is cancelled first; then nothing holds on to it. Thread-safe.
 *
 * <p>All alarms ring on one thread of their own, which is there while there are any: the JDK's common pool and its timer are
 * the application's too, which may hold their threads for as long as it likes.
 */
final class Alarm {
    private static final Logger log = LoggerFactory.getLogger(Alarm.class);

    /** Longer it never waits at a time, because a machine's clock may be set, or the machine sleep. */
    private static final Duration NAP = Duration.ofHours(1);
    /** How long the thread outlives the last alarm. */
    private static final Duration IDLE = Duration.ofSeconds(10);

    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private final Instant time;
    private final Consumer<Alarm> listener;

    // Guarded by this.
    private @Nullable Future<?> nap;
    private boolean cancelled;

    private Alarm(Instant time, Consumer<Alarm> listener) {
        this.time = time;
        this.listener = listener;
    }

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "gangway-alarms");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
        clock.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        clock.allowCoreThreadTimeOut(true);
        return clock;
    }

    /**
     * Sets an alarm. {@code listener} is told which one rang, soon after {@code time} and never on the calling thread; it must
     * not block.
     */
    static Alarm at(Instant time, Consumer<Alarm> listener) {
        Alarm alarm = new Alarm(time, listener);
        alarm.sleep();
        return alarm;
    }

    synchronized void cancel() {
        cancelled = true;
        if (nap != null) {
            nap.cancel(false);
        }
    }

    private synchronized void sleep() {
        if (cancelled) {
            return;
        }
        Duration left = Duration.between(Instant.now(), time);
        long millis = left.isNegative() ? 0 : left.compareTo(NAP) > 0 ? NAP.toMillis() : left.toMillis() + 1;
        nap = CLOCK.schedule(this::wake, millis, TimeUnit.MILLISECONDS);
    }

    private void wake() {
        if (Instant.now().isBefore(time)) {
            sleep();
            return;
        }
        try {
            listener.accept(this);
        } catch (Throwable failure) {
            log.error("the expiry of a token could not be dealt with", failure);
        }
    }
}
