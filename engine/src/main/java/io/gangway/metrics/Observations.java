package io.gangway.metrics;

import io.gangway.Ack;
import io.gangway.Chain;
import io.gangway.EngineException;
import io.gangway.Event;
import io.gangway.Handshake;
import io.gangway.Interceptor;
import io.gangway.Socket;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An interceptor that observes each connect to a namespace and each event, until its ack: with Micrometer's handlers this is a
 * timer and, if a tracer is set up, a span. Interceptors before it are not part of what is observed.
 *
 * <p>A client's spans continue the trace of its handshake: of {@code traceparent} in its auth payload, which a page can
 * set, or in its headers. Handlers run within the observation, unless an interceptor inside it
 * proceeds on another thread.
 *
 * <p>Key values, all of which spans have; those of the second group would be too many for a timer:
 *
 * <ul>
 *   <li>{@code gangway.namespace} and {@code gangway.event}, the {@linkplain Event#label() labels}, and
 *       {@code gangway.outcome}: {@code success}, {@code refused} with an {@link EngineException}, or {@code failure}
 *   <li>{@code messaging.system}, {@code messaging.operation}, {@code messaging.operation.type}, {@code messaging.destination},
 *       {@code messaging.destination.name}, {@code messaging.socket.io.namespace}, {@code messaging.socket.io.event_name}: the
 *       attributes of the OpenTelemetry instrumentation for Node.js
 * </ul>
 *
 * <p>Payloads, rooms, ids, addresses, headers and the texts of {@link EngineException}s are in neither. Thread-safe.
 */
public final class Observations implements Interceptor {
    private static final String OUTCOME = "gangway.outcome";

    private final ObservationRegistry registry;

    /**
     * Observations for this registry's handlers.
     *
     * @param registry has the handlers
     */
    public Observations(ObservationRegistry registry) {
        this.registry = Objects.requireNonNull(registry, "registry");
    }

    @Override
    public Ack aroundConnect(Socket socket, Chain chain) {
        Observation observation = observation("gangway.connect", "connect", socket)
                .highCardinalityKeyValues(
                        MessagingAttributes.of(socket.namespace().name(), "connect", "connect"));
        return observe(observation, chain);
    }

    @Override
    public Ack aroundEvent(Event event, Chain chain) {
        Socket socket = event.socket();
        Observation observation = observation("gangway.event", "receive", socket)
                .lowCardinalityKeyValue("gangway.event", event.label())
                .highCardinalityKeyValues(
                        MessagingAttributes.of(socket.namespace().name(), "receive", "receive", event.name()));
        return observe(observation, chain);
    }

    private Observation observation(String name, String operation, Socket socket) {
        String label = socket.namespace().label();
        return Observation.createNotStarted(name, () -> context(socket.handshake()), registry)
                .contextualName(operation + " " + label)
                .lowCardinalityKeyValue("gangway.namespace", label);
    }

    private static ReceiverContext<Handshake> context(Handshake handshake) {
        ReceiverContext<Handshake> context = new ReceiverContext<>(Observations::propagated, Kind.CONSUMER);
        context.setCarrier(handshake);
        return context;
    }

    /** What the client says of its trace: in its auth payload, or in a header. */
    private static @Nullable String propagated(Handshake handshake, String key) {
        return handshake.auth(key).or(() -> handshake.header(key)).orElse(null);
    }

    private static Ack observe(Observation observation, Chain chain) {
        observation.start();
        Supplier<Ack> inner = chain::proceed;
        return observation.scoped(inner).whenSettled((values, failure) -> end(observation, failure));
    }

    private static void end(Observation observation, @Nullable Throwable failure) {
        if (failure == null) {
            observation.lowCardinalityKeyValue(OUTCOME, "success");
        } else if (failure instanceof EngineException) {
            observation.lowCardinalityKeyValue(OUTCOME, "refused");
        } else {
            observation.lowCardinalityKeyValue(OUTCOME, "failure").error(failure);
        }
        observation.stop();
    }
}
