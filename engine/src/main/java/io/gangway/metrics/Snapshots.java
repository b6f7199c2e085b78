package io.gangway.metrics;

import io.gangway.Engine;
import io.gangway.EngineStats;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Takes an engine's statistics once for all meters that are read together. Thread-safe. */
final class Snapshots {
    /** How old a snapshot may be: a scrape takes less, and follows the one before later. */
    private static final long AGE_NANOS = Duration.ofMillis(200).toNanos();

    private final Engine engine;
    private volatile @Nullable Taken taken;

    private record Taken(EngineStats stats, long time) {}

    Snapshots(Engine engine) {
        this.engine = engine;
    }

    EngineStats latest() {
        Taken last = taken;
        if (last == null || System.nanoTime() - last.time >= AGE_NANOS) {
            long now = System.nanoTime(); // before, so that the snapshot is no older than it seems
            last = new Taken(engine.stats(), now);
            taken = last;
        }
        return last.stats;
    }
}
