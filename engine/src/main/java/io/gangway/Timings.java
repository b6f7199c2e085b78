package io.gangway;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** Counts how often things ended in each way, and adds up how long they took. Thread-safe, as {@link Tally}. */
final class Timings<E extends Enum<E>> {
    private final Class<E> outcomes;
    private final Tally<E> counts;
    private final Tally<E> nanos;

    Timings(Class<E> outcomes) {
        this.outcomes = outcomes;
        this.counts = new Tally<>(outcomes);
        this.nanos = new Tally<>(outcomes);
    }

    /** @param since when the thing began, on the clock of {@link System#nanoTime()} */
    void add(E outcome, long since) {
        counts.add(outcome);
        nanos.add(outcome, System.nanoTime() - since);
    }

    Map<E, EngineStats.Timing> sums() {
        Map<E, EngineStats.Timing> sums = new EnumMap<>(outcomes);
        Map<E, Long> times = nanos.sums();
        counts.sums()
                .forEach((outcome, count) -> sums.put(
                        outcome, new EngineStats.Timing(count, Duration.ofNanos(times.getOrDefault(outcome, 0L)))));
        return Collections.unmodifiableMap(sums);
    }
}
