package io.gangway.redis.link;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of a node's link to the other nodes, and since when it has that state. Thread-safe.
 *
 * <pre>{@code
 * CONNECTING -> UP <-> DEGRADED
 *               UP <-> DOWN       and from all of them to CLOSED
 * }</pre>
 */
final class LinkState {
    private static final Logger LOG = LoggerFactory.getLogger(LinkState.class);
    private static final Duration DEGRADED_LAG = Duration.ofSeconds(5);

    private final String name;
    private final BooleanSupplier connected;
    private final Supplier<Duration> lag;
    private final BooleanSupplier refused;

    private Cluster.State state = Cluster.State.CONNECTING;
    private Instant since = Instant.now();
    private volatile boolean closed;

    /** The state at one time. */
    record Reading(Cluster.State state, Instant since) {
        boolean isUp() {
            return state == Cluster.State.UP || state == Cluster.State.DEGRADED;
        }
    }

    /**
     * @param connected whether all connections are made, and Redis has confirmed all subscriptions
     * @param lag how far reading is behind
     * @param refused whether Redis refuses messages although it is connected
     */
    LinkState(String name, BooleanSupplier connected, Supplier<Duration> lag, BooleanSupplier refused) {
        this.name = name;
        this.connected = connected;
        this.lag = lag;
        this.refused = refused;
    }

    /** Determines the current state. */
    synchronized Reading read() {
        Cluster.State now;
        if (closed) {
            now = Cluster.State.CLOSED;
        } else if (connected.getAsBoolean()) {
            boolean degraded = lag.get().compareTo(DEGRADED_LAG) >= 0 || refused.getAsBoolean();
            now = degraded ? Cluster.State.DEGRADED : Cluster.State.UP;
        } else {
            now = state == Cluster.State.CONNECTING ? Cluster.State.CONNECTING : Cluster.State.DOWN;
        }
        if (now != state) {
            LOG.info("{} changed its state from {} to {}", name, state, now);
            state = now;
            since = Instant.now();
            notifyAll();
        }
        return new Reading(state, since);
    }

    /** Waits until the link is up; fractions of a millisecond are rounded up. */
    synchronized void awaitUp(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!read().isUp()) {
            long rest = deadline - System.nanoTime();
            if (rest <= 0 || closed) {
                throw new ClusterUnavailableException(name + " is not up: it is " + state
                        + (closed
                                ? ""
                                : " after " + timeout.toMillis() + " ms; the log tells why Redis cannot be used"));
            }
            try {
                wait(1 + (rest - 1) / 1_000_000);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new ClusterUnavailableException(
                        "interrupted while waiting for " + name + " to be up; it is " + state, interrupted);
            }
        }
    }

    /** Closes the link; returns false if it was closed already. */
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
