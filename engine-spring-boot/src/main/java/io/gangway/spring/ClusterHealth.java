package io.gangway.spring;

import io.gangway.cluster.Cluster;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** How the way to the other nodes is, with what became of the messages. DOWN takes nothing from this node's own clients. */
final class ClusterHealth extends AbstractHealthIndicator {
    private final Supplier<@Nullable Cluster> cluster;

    ClusterHealth(Supplier<@Nullable Cluster> cluster) {
        super("the cluster's health cannot be told");
        this.cluster = cluster;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        Optional<Cluster> current = Optional.ofNullable(cluster.get());
        if (current.isEmpty()) {
            builder.unknown();
            return;
        }
        Cluster.Health health = current.get().health();
        builder.status(
                        switch (health.state()) {
                            case CONNECTING -> Status.UNKNOWN;
                            case UP, DEGRADED -> Status.UP;
                            case DOWN -> Status.DOWN;
                            case CLOSED -> Status.OUT_OF_SERVICE;
                        })
                .withDetail("state", health.state())
                .withDetail("since", health.since())
                .withDetail("lag", health.lag())
                .withDetail("offered", health.offered())
                .withDetail("published", health.published())
                .withDetail("dropped", health.dropped())
                .withDetail("unknown", health.unknown())
                .withDetail("queued", health.queued())
                .withDetail("received", health.received())
                .withDetail("malformed", health.malformed());
        health.details().forEach(builder::withDetail);
    }
}
