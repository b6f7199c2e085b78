package io.gangway;

import io.gangway.recording.Recording;
import java.util.Map;

/** Counts how the events of one name in one namespace ended, and records each if a recording is under way. Thread-safe. */
final class EventCounts {
    private final String namespace;
    private final String event;
    private final Timings<EventOutcome> timings = new Timings<>(EventOutcome.class);

    EventCounts(String namespace, String event) {
        this.namespace = namespace;
        this.event = event;
    }

    /** @param begun when the handling began, on the clock of {@link System#nanoTime()} */
    void add(EventOutcome outcome, long begun) {
        long nanos = System.nanoTime() - begun;
        timings.add(outcome, nanos);
        if (Recording.isOn()) {
            Recording.event(namespace, event, outcome.name(), nanos);
        }
    }

    Map<EventOutcome, EngineStats.Timing> sums() {
        return timings.sums();
    }
}
