package io.gangway;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts things of several kinds. Thread-safe; counting neither blocks nor allocates. */
final class Tally<E extends Enum<E>> {
    private final Class<E> kinds;
    private final Map<E, LongAdder> counts;

    Tally(Class<E> kinds) {
        this.kinds = kinds;
        this.counts = new EnumMap<>(kinds);
        for (E kind : kinds.getEnumConstants()) {
            counts.put(kind, new LongAdder());
        }
    }

    void add(E kind) {
        add(kind, 1);
    }

    void add(E kind, long more) {
        LongAdder count = counts.get(kind);
        if (count != null) {
            count.add(more);
        }
    }

    /** The counts of all kinds, also of those that are zero; immutable. */
    Map<E, Long> sums() {
        Map<E, Long> sums = new EnumMap<>(kinds);
        counts.forEach((kind, count) -> sums.put(kind, count.sum()));
        return Collections.unmodifiableMap(sums);
    }
}
