package io.gangway.engineio;

import java.util.concurrent.atomic.LongAdder;

/** Counts how the upgrades from polling to WebSocket have ended. Thread-safe. */
public final class Upgrades {
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder timedOut = new LongAdder();
    private final LongAdder failed = new LongAdder();

    void succeed() {
        succeeded.increment();
    }

    void timeOut() {
        timedOut.increment();
    }

    void fail() {
        failed.increment();
    }

    /** Upgrades after which the WebSocket carried the session. */
    public long succeeded() {
        return succeeded.sum();
    }

    /** Upgrades that the client did not finish within {@code upgradeTimeout}. */
    public long timedOut() {
        return timedOut.sum();
    }

    /** Upgrades whose WebSocket or session closed meanwhile, or was sent something else. */
    public long failed() {
        return failed.sum();
    }
}
