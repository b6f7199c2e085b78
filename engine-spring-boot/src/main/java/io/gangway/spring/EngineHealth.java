package io.gangway.spring;

import io.gangway.Engine;
import io.gangway.Namespace;
import io.gangway.spring.RunningEngine.State;
import java.util.List;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** UP while clients may come, OUT_OF_SERVICE before, while they are let go, and after. */
final class EngineHealth extends AbstractHealthIndicator {
    private final RunningEngine running;

    EngineHealth(RunningEngine running) {
        super("the engine's health cannot be told");
        this.running = running;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        State state = running.state();
        builder.withDetail("state", state);
        if (state != State.RUNNING) {
            builder.outOfService();
            return;
        }
        Engine engine = running.get();
        List<Namespace> namespaces = engine.namespaces();
        builder.up()
                .withDetail("namespaces", namespaces.size())
                .withDetail(
                        "sockets",
                        namespaces.stream()
                                .mapToInt(namespace -> namespace.sockets().size())
                                .sum());
    }
}
