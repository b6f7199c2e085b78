package io.gangway.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls its listener once, at a given time, unless cancelled first; afterwards nothing refers to it. Thread-safe. */
final class Alarm {
    private static final Logger log = LoggerFactory.getLogger(Alarm.class);

    /** The longest wait at a time, because the machine's clock may be changed, or the machine may sleep. */
    private static final Duration NAP = Duration.ofHours(1);

    private final AlarmClock clock;
    private final Instant time;
    private final Consumer<Alarm> listener;

    // Guarded by this.
    private @Nullable Future<?> nap;
    private boolean cancelled;

    private Alarm(Instant time, AlarmClock clock, Consumer<Alarm> listener) {
        this.time = time;
        this.clock = clock;
        this.listener = listener;
    }

    /**
     * Sets an alarm: calls {@code listener} with it soon after {@code time}, never on the calling thread. The listener
     * must not block.
     */
    static Alarm at(Instant time, AlarmClock clock, Consumer<Alarm> listener) {
        Alarm alarm = new Alarm(time, clock, listener);
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
        Instant end = clock.now().plus(NAP);
        nap = clock.at(end.isBefore(time) ? end : time, this::wake);
    }

    private void wake() {
        if (clock.now().isBefore(time)) {
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
