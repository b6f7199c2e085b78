package io.gangway.metrics;

import io.gangway.ClusterEvent;
import io.gangway.ClusterTracing;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Observes events between the nodes of a cluster, for {@link io.gangway.EngineBuilder#clusterTracing}: {@code gangway.send} on the
 * node that emits, and {@code gangway.deliver} on each other node that has clients for the event, or handles an event between servers. With Micrometer's
 * handlers these are timers and, if a tracer is set up, spans of one trace: {@code send} within that of the thread that emits,
 * such as a handler's under {@link Observations}, and {@code deliver} within {@code send}.
 *
 * <p>What the tracer's propagator injects travels with the event, over the broker, for all servers to read. An event
 * that carries no trace, as from a Node.js server, is not observed on arrival.
 *
 * <p>Key values: {@code gangway.namespace}, the {@linkplain ClusterEvent#label() label}, and for spans the attributes of
 * {@link Observations}; the operation is {@code send} or {@code deliver}. Thread-safe.
 */
public final class ClusterObservations implements ClusterTracing {
    private final ObservationRegistry registry;

    /**
     * Observations for this registry's handlers.
     *
     * @param registry has the handlers
     */
    public ClusterObservations(ObservationRegistry registry) {
        this.registry = Objects.requireNonNull(registry, "registry");
    }

    @Override
    public Map<String, String> emitted(ClusterEvent event) {
        Map<String, String> trace = new ConcurrentHashMap<>();
        SenderContext<Map<String, String>> context = new SenderContext<>(
                (carrier, key, value) -> Objects.requireNonNull(carrier).put(key, value), Kind.PRODUCER);
        context.setCarrier(trace);
        observation("send", "send", context, event).start().stop();
        return trace;
    }

    @Override
    public void deliver(ClusterEvent event, Map<String, String> trace, Runnable delivery) {
        ReceiverContext<Map<String, String>> context =
                new ReceiverContext<>((carrier, key) -> carrier.get(key), Kind.CONSUMER);
        context.setCarrier(trace);
        observation("deliver", "process", context, event).observe(delivery);
    }

    private Observation observation(String operation, String type, Observation.Context context, ClusterEvent event) {
        KeyValues attributes = MessagingAttributes.of(event.namespace(), operation, type, event.name());
        return Observation.createNotStarted("gangway." + operation, () -> context, registry)
                .contextualName(operation + " " + event.label())
                .lowCardinalityKeyValue("gangway.namespace", event.label())
                .highCardinalityKeyValues(attributes);
    }
}
