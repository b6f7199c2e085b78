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
 * Calls its listener once, at a given time, unless cancelled first; afterwards nothing refers to it. Thread-safe.
 *
 * <p>All alarms share one thread, which exists while any alarm is set. The JDK's common pool and its timer are no
 * alternative: the application uses them too, and may block their threads.
 */
final class Alarm {
    private static final Logger log = LoggerFactory.getLogger(Alarm.class);

    /** The longest wait at a time, because the machine's clock may be changed, or the machine may sleep. */
    private static final Duration NAP = Duration.ofHours(1);
    /** How long the thread stays after the last alarm. */
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
     * Sets an alarm: calls {@code listener} with it soon after {@code time}, never on the calling thread. The listener
     * must not block.
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
            log.error("cannot handle the expiry of a token", failure);
        }
    }
}
