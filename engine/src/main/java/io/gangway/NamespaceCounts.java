package io.gangway;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts what happens in a namespace, or in all dynamic namespaces of one rule together. Thread-safe.
 *
 * <p>Events are counted by the names that have a handler; all others are counted as {@value #OTHER}, so that no client
 * can make it grow.
 */
final class NamespaceCounts {
    /** Stands for events without a handler of their own. */
    static final String OTHER = "other";

    private final String label;
    private final boolean dynamic;
    private final Map<String, EventCounts> events = new HashMap<>();
    private final EventCounts others;
    private final Timings<AckOutcome> acks = new Timings<>(AckOutcome.class);
    private final Tally<DisconnectReason> disconnects = new Tally<>(DisconnectReason.class);

    /** @param events the names of the events that have a handler */
    NamespaceCounts(String label, boolean dynamic, Collection<String> events) {
        this.label = label;
        this.dynamic = dynamic;
        events.forEach(event -> this.events.put(event, new EventCounts(label, event)));
        this.others = this.events.computeIfAbsent(OTHER, other -> new EventCounts(label, other));
    }

    String label() {
        return label;
    }

    /** The event's name if it has a handler of its own, else {@value #OTHER}. */
    String labelOf(String event) {
        return events.containsKey(event) ? event : OTHER;
    }

    /** Counts the outcomes of this event. */
    EventCounts event(String name) {
        return events.getOrDefault(name, others);
    }

    /** Counts the outcomes of events without a handler of their own. */
    EventCounts others() {
        return others;
    }

    Timings<AckOutcome> acks() {
        return acks;
    }

    /** An admitted socket has left. */
    void disconnected(DisconnectReason reason) {
        disconnects.add(reason);
    }

    /**
     * @param namespaces how many namespaces there are now
     * @param sockets their sockets on this node
     * @param rooms their rooms on this node
     */
    EngineStats.NamespaceStats stats(int namespaces, int sockets, int rooms) {
        Map<String, Map<EventOutcome, EngineStats.Timing>> byEvent = new TreeMap<>();
        events.forEach((name, counts) -> byEvent.put(name, counts.sums()));
        return new EngineStats.NamespaceStats(
                label,
                dynamic,
                namespaces,
                sockets,
                rooms,
                Collections.unmodifiableMap(byEvent),
                acks.sums(),
                disconnects.sums());
    }
}
