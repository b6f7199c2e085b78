package io.gangway.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The machine's clock. All calls share one thread, which exists while any is due.
 *
 * <p>The JDK's common pool and its timer are no alternative: the application uses them too, and may block their threads.
 */
final class SystemAlarmClock implements AlarmClock {
    /** How long the thread stays after the last call. */
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final ScheduledThreadPoolExecutor thread;

    SystemAlarmClock() {
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread alarms = new Thread(task, "gangway-alarms");
            alarms.setDaemon(true);
            return alarms;
        });
        thread.setRemoveOnCancelPolicy(true);
        thread.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        thread.allowCoreThreadTimeOut(true);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Future<?> at(Instant time, Runnable call) {
        Duration wait = Duration.between(now(), time);
        return thread.schedule(call, wait.isNegative() ? 0 : wait.toMillis() + 1, TimeUnit.MILLISECONDS);
    }
}
