package io.gangway.auth;

import java.time.Instant;
import java.util.concurrent.Future;

/** Says what time it is, and calls later. Thread-safe; a test has one whose time it moves itself. */
interface AlarmClock {
    /** The machine's clock. */
    AlarmClock SYSTEM = new SystemAlarmClock();

    Instant now();

    /**
     * Calls soon after this time, never on the calling thread.
     *
     * @param time the past for at once
     * @param call must not block
     */
    Future<?> at(Instant time, Runnable call);
}
