package io.gangway;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts how often things ended in each way, and adds up how long they took. Thread-safe, as {@link Tally}. */
final class Timings<E extends Enum<E>> {
    private final Class<E> outcomes;
    private final Map<E, Timing> timings;

    private static final class Timing {
        private final LongAdder count = new LongAdder();
        private final LongAdder nanos = new LongAdder();
    }

    Timings(Class<E> outcomes) {
        this.outcomes = outcomes;
        this.timings = new EnumMap<>(outcomes);
        for (E outcome : outcomes.getEnumConstants()) {
            timings.put(outcome, new Timing());
        }
    }

    /** @param nanos how long the thing took */
    void add(E outcome, long nanos) {
        Timing timing = timings.get(outcome);
        if (timing != null) {
            timing.count.increment();
            timing.nanos.add(nanos);
        }
    }

    Map<E, EngineStats.Timing> sums() {
        Map<E, EngineStats.Timing> sums = new EnumMap<>(outcomes);
        timings.forEach((outcome, timing) ->
                sums.put(outcome, new EngineStats.Timing(timing.count.sum(), Duration.ofNanos(timing.nanos.sum()))));
        return Collections.unmodifiableMap(sums);
    }
}
