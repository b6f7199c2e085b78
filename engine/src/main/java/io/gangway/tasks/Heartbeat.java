package io.gangway.tasks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends one session's pings and checks for its pongs, whatever they look like: Engine.IO v4, "Heartbeat". Thread-safe.
 *
 * <p>The session ends pingInterval + pingTimeout after the last pong, give or take a tick of the timer; for a request
 * that arrives after that moment but before the tick, {@link #isOver} is true as well.
 */
public final class Heartbeat {
    private final Deadlines deadlines;
    private final Duration interval;
    private final Duration timeout;
    private final Runnable ping;
    private final Runnable expired;

    private volatile boolean awaitingPong;

    // Guarded by this.
    private Deadlines.@Nullable Deadline next;
    private boolean extended;
    private long lastMoment;
    private boolean suspended;
    private boolean stopped;

    /**
     * @param interval how often the client is pinged
     * @param timeout how long the client may take for its pong
     * @param ping sends a ping; must not block
     * @param expired runs if the pong does not arrive in time; must not block
     */
    public Heartbeat(Deadlines deadlines, Duration interval, Duration timeout, Runnable ping, Runnable expired) {
        this.deadlines = deadlines;
        this.interval = interval;
        this.timeout = timeout;
        this.ping = ping;
        this.expired = expired;
    }

    /** Starts the heartbeat, or restarts it after a pong. */
    public synchronized void start() {
        if (stopped) {
            return;
        }
        cancel();
        awaitingPong = false;
        extended = false;
        lastMoment = deadlines.now() + interval.toNanos() + timeout.toNanos();
        next = deadlines.after(interval, this::sendPing);
    }

    /**
     * Keeps pinging but expects no pong: while reading is paused, pongs cannot arrive. Not even one that is due: it may wait
     * behind what has not been read, for longer than a client does without pings.
     */
    public synchronized void suspend() {
        suspended = true;
        if (awaitingPong && !stopped) {
            cancel();
            awaitingPong = false;
            long pinged = lastMoment - timeout.toNanos(); // or earlier
            long due = Math.min(pinged + interval.toNanos() - deadlines.now(), interval.toNanos());
            next = deadlines.after(Duration.ofNanos(Math.max(0, due)), this::sendPing);
        }
    }

    /**
     * Expects pongs again, the next within pingInterval + pingTimeout. The next ping is as due as it was: else a client
     * that is often suspended would get none, and leave.
     */
    public synchronized void resume() {
        if (stopped || !suspended) {
            return;
        }
        suspended = false;
        extended = false;
        lastMoment = deadlines.now() + interval.toNanos() + timeout.toNanos();
    }

    /** Ends the heartbeat for good. */
    public synchronized void stop() {
        stopped = true;
        cancel();
    }

    /** A pong arrived. */
    public void onPong() {
        if (awaitingPong) {
            start();
        }
    }

    /** Any other packet while a pong is due extends the timeout once: engine.io 6.6.11. */
    public void onPacket() {
        if (awaitingPong) {
            extend();
        }
    }

    private synchronized void extend() {
        if (awaitingPong && !extended && !stopped) {
            cancel();
            extended = true;
            lastMoment = deadlines.now() + timeout.toNanos();
            next = deadlines.after(timeout, this::expire);
        }
    }

    /** Whether the client's pong is overdue, even if the timer has not run yet. */
    public synchronized boolean isOver() {
        return !stopped && !suspended && deadlines.now() - lastMoment >= 0;
    }

    private void sendPing() {
        synchronized (this) {
            if (stopped) {
                return;
            }
            if (suspended) {
                pingAgainLater();
            } else {
                awaitPong();
            }
        }
        ping.run();
    }

    private void pingAgainLater() {
        awaitingPong = false;
        next = deadlines.after(interval, this::sendPing);
    }

    private void awaitPong() {
        awaitingPong = true;
        next = deadlines.after(Duration.ofNanos(Math.max(0, lastMoment - deadlines.now())), this::expire);
    }

    private void expire() {
        synchronized (this) {
            if (!isOver()) {
                return;
            }
        }
        expired.run();
    }

    private void cancel() {
        if (next != null) {
            next.cancel();
            next = null;
        }
    }
}
