package io.gangway.admin;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * Limits failed logins: five in a minute from one address, and a hundred from all together; and decides no more than two at
 * the same time, because hashing a password takes a processor. Thread-safe.
 */
final class LoginAttempts {
    static final int FROM_ONE = 5;
    static final int FROM_ALL = 100;
    private static final int MOST_ADDRESSES = 10_000;
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoTime;
    private final Semaphore deciding = new Semaphore(2);

    // Guarded by this.
    private final Map<String, Failures> addresses = new LinkedHashMap<>(); // the oldest first
    private final Failures all = new Failures();

    /** Failures in one minute. */
    private static final class Failures {
        private long since;
        private int count;

        private boolean areOld(long now) {
            return count == 0 || now - since >= MINUTE;
        }

        private void add(long now) {
            if (areOld(now)) {
                since = now;
                count = 0;
            }
            count++;
        }

        private boolean reach(int most, long now) {
            return count >= most && !areOld(now);
        }
    }

    LoginAttempts(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether a login from this address may be decided. */
    synchronized boolean mayTry(String address) {
        long now = nanoTime.getAsLong();
        Failures own = addresses.get(address);
        return !all.reach(FROM_ALL, now) && (own == null || !own.reach(FROM_ONE, now));
    }

    synchronized void failed(String address) {
        long now = nanoTime.getAsLong();
        all.add(now);
        Failures own = addresses.get(address);
        if (own == null || own.areOld(now)) {
            addresses.remove(address); // so that the map stays in order
            own = new Failures();
            addresses.put(address, own);
        }
        own.add(now);
        if (addresses.size() > MOST_ADDRESSES) {
            addresses.remove(addresses.keySet().iterator().next());
        }
    }

    /** Begins to decide one; false if two are being decided. To be followed by {@link #decided}. */
    boolean decide() {
        return deciding.tryAcquire();
    }

    void decided() {
        deciding.release();
    }
}
