package io.gangway.engineio;

import io.gangway.connection.Deadlines;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One session's pings and the pongs they wait for: Engine.IO v4, "Heartbeat". Thread-safe.
 *
 * <p>The session ends at pingInterval + pingTimeout after the last pong, to the tick of the one timer; a request that
 * arrives later than that, but before the timer came round, finds it {@linkplain #isOver over} too.
 */
final class Heartbeat {
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

    Heartbeat(Deadlines deadlines, EngineIoSettings settings, Runnable ping, Runnable expired) {
        this.deadlines = deadlines;
        this.interval = settings.pingInterval();
        this.timeout = settings.pingTimeout();
        this.ping = ping;
        this.expired = expired;
    }

    /** Begins, or begins anew after a pong, or after a suspension. */
    synchronized void start() {
        if (stopped) {
            return;
        }
        cancel();
        suspended = false;
        awaitingPong = false;
        extended = false;
        lastMoment = deadlines.now() + interval.toNanos() + timeout.toNanos();
        next = deadlines.after(interval, this::sendPing);
    }

    /** Goes on pinging, but waits for no pong: nothing is read from the client, so its pongs do not arrive. */
    synchronized void suspend() {
        suspended = true;
    }

    synchronized void stop() {
        stopped = true;
        cancel();
    }

    void onPong() {
        if (awaitingPong) {
            start();
        }
    }

    /** Any other packet while a pong is due buys the client the timeout again, once: engine.io 6.6.11. */
    void onPacket() {
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

    /** Whether the client's time is up, though the timer may not have said so yet. */
    synchronized boolean isOver() {
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
            if (suspended && !stopped) {
                pingAgainLater();
            }
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
