package io.gangway.spring;

import io.gangway.metrics.EngineMeters;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.context.SmartLifecycle;

/** Adds the engine's meters to the application's registry once there is an engine, and removes them when it has gone. */
final class MeterLifecycle implements SmartLifecycle {
    private final RunningEngine running;
    private final MeterRegistry registry;

    // Guarded by this.
    private final List<Meter> added = new ArrayList<>();

    MeterLifecycle(RunningEngine running, MeterRegistry registry) {
        this.running = running;
        this.registry = registry;
    }

    @Override
    public synchronized void start() {
        Set<Meter> before = new HashSet<>(registry.getMeters());
        new EngineMeters(running.get()).bindTo(registry);
        registry.getMeters().stream().filter(meter -> !before.contains(meter)).forEach(added::add);
    }

    @Override
    public synchronized void stop() {
        added.forEach(registry::remove);
        added.clear();
    }

    @Override
    public synchronized boolean isRunning() {
        return !added.isEmpty();
    }

    /** As the engine, which a paused context keeps. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    /** One step after the engine. */
    @Override
    public int getPhase() {
        return EngineLifecycle.PHASE + 1;
    }
}
