package io.gangway.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;

/** Says what time it is, and calls later. Thread-safe; a test has one whose time it moves itself. */
interface AlarmClock {
    /** The machine's clock. */
    AlarmClock SYSTEM = new SystemAlarmClock();

    Instant now();

    /**
     * Calls once this time has passed, never on the calling thread.
     *
     * @param wait zero or negative for at once
     * @param call must not block
     */
    Future<?> after(Duration wait, Runnable call);
}
