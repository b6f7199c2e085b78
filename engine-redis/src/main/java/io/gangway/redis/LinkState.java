package io.gangway.redis;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of a cluster's way to the others, and since when it is so. Thread-safe.
 *
 * <pre>{@code
 * CONNECTING -> UP <-> DEGRADED
 *               UP <-> DOWN       and from all of them to CLOSED
 * }</pre>
 */
final class LinkState {
    private static final Logger LOG = LoggerFactory.getLogger(LinkState.class);
    private static final Duration TOO_LATE = Duration.ofSeconds(5);

    private final String name;
    private final BooleanSupplier connected;
    private final Supplier<Duration> lag;
    private final BooleanSupplier refused;

    private Cluster.State state = Cluster.State.CONNECTING;
    private Instant since = Instant.now();
    private volatile boolean closed;

    /** A state, and since when. */
    record Reading(Cluster.State state, Instant since) {
        boolean isUp() {
            return state == Cluster.State.UP || state == Cluster.State.DEGRADED;
        }
    }

    /**
     * @param connected whether all connections are there and hear what they are to hear
     * @param lag how far reading is behind
     * @param refused whether messages are refused, though all connections are there
     */
    LinkState(String name, BooleanSupplier connected, Supplier<Duration> lag, BooleanSupplier refused) {
        this.name = name;
        this.connected = connected;
        this.lag = lag;
        this.refused = refused;
    }

    /** Finds out how it is now. */
    synchronized Reading read() {
        Cluster.State now;
        if (closed) {
            now = Cluster.State.CLOSED;
        } else if (connected.getAsBoolean()) {
            boolean hindered = lag.get().compareTo(TOO_LATE) >= 0 || refused.getAsBoolean();
            now = hindered ? Cluster.State.DEGRADED : Cluster.State.UP;
        } else {
            now = state == Cluster.State.CONNECTING ? Cluster.State.CONNECTING : Cluster.State.DOWN;
        }
        if (now != state) {
            LOG.info("the state of {} changed from {} to {}", name, state, now);
            state = now;
            since = Instant.now();
            notifyAll();
        }
        return new Reading(state, since);
    }

    /** Waits until it is up; a part of a millisecond is a whole one. */
    synchronized void awaitUp(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!read().isUp()) {
            long rest = deadline - System.nanoTime();
            if (rest <= 0 || closed) {
                throw new ClusterUnavailableException(
                        name + " is " + state + (closed ? "" : " after " + patience.toMillis() + " ms"));
            }
            try {
                wait(1 + (rest - 1) / 1_000_000);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new ClusterUnavailableException("interrupted while " + name + " is " + state, interrupted);
            }
        }
    }

    /** Returns whether it was not closed before. */
    synchronized boolean close() {
        if (closed) {
            return false;
        }
        closed = true;
        read();
        return true;
    }

    boolean isClosed() {
        return closed;
    }
}
