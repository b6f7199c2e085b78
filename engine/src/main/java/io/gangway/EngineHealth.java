package io.gangway;

import io.gangway.cluster.Cluster;
import java.util.Optional;

/**
 * Whether clients may come to an engine, for a load balancer.
 *
 * @param status the engine's status
 * @param clients the clients connected now
 * @param cluster the state of the connection to other nodes; empty without a cluster. While it is down, this node serves its
 *     own clients all the same
 */
public record EngineHealth(Status status, int clients, Optional<Cluster.Health> cluster) {
    /** What an engine does with new clients. */
    public enum Status {
        /** Lets them in. */
        READY,
        /** Tells them to come again later: {@link Engine#drain} has been called, or the engine is closing. */
        DRAINING,
        /** Does not listen: it has not been started, or is closed. */
        STOPPED
    }

    /** {@return whether new clients are let in} */
    public boolean isReady() {
        return status == Status.READY;
    }
}
