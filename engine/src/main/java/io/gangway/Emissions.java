package io.gangway;

import io.gangway.cluster.Payload;
import io.gangway.connection.Delivery;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import io.gangway.protocol.JsonBinding;
import io.gangway.protocol.MalformedPacketException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Creates a namespace's emissions and values: from the application's Java values, which it writes as JSON at once, and
 * from other nodes' payloads, which it checks like those of clients. Immutable and thread-safe.
 */
final class Emissions {
    private final String namespace;
    private final JsonBinding binding;

    Emissions(String namespace, JsonBinding binding) {
        this.namespace = namespace;
        this.binding = binding;
    }

    JsonBinding binding() {
        return binding;
    }

    // ---- from the application

    /** An event for this node's clients only. */
    Emission local(long ackId, Delivery delivery, String event, @Nullable Object... arguments) {
        EventWriter.requireName(event, namespace);
        Elements elements;
        try {
            elements = binding.writeEvent(event, Arguments.relayed(Arguments.list(arguments)));
        } catch (IllegalArgumentException unwritable) {
            throw blaming(event, unwritable);
        }
        return new Emission(namespace, ackId, event, elements, delivery);
    }

    /** An event for this node's clients and for other nodes. */
    Emission shared(long ackId, Delivery delivery, String event, @Nullable Object... arguments) {
        return new Emission(namespace, ackId, event, elements(event, arguments), delivery);
    }

    /** The name of an event, then its arguments. */
    Elements elements(String event, @Nullable Object... arguments) {
        EventWriter.requireName(event, namespace);
        try {
            return binding.elements(EventWriter.values(event, arguments));
        } catch (IllegalArgumentException unwritable) {
            throw blaming(event, unwritable);
        }
    }

    private IllegalArgumentException blaming(String event, IllegalArgumentException unwritable) {
        return new IllegalArgumentException(
                "cannot emit event \"" + event + "\" in namespace " + namespace + ": " + unwritable.getMessage(),
                unwritable);
    }

    /** The values of an ack for a client. */
    Elements answer(List<?> values) {
        Elements written = writtenBefore(values);
        return written == null ? binding.write(Arguments.relayed(values)) : written;
    }

    /** An ack's values for other nodes. */
    Elements elements(List<?> values) {
        Elements written = writtenBefore(values);
        return written == null ? binding.elements(Arguments.relayed(values)) : written;
    }

    private @Nullable Elements writtenBefore(List<?> values) {
        return values instanceof AckValues fixed ? fixed.writtenBefore(binding) : null;
    }

    // ---- from other nodes

    /** An event that another node emits to this node's clients. */
    Emission received(long ackId, Delivery delivery, Payload payload) {
        Elements elements = receivedEvent(payload);
        return new Emission(namespace, ackId, String.valueOf(elements.value(0)), elements, delivery);
    }

    /** The name of another node's event, then its arguments. */
    Elements receivedEvent(Payload payload) {
        try {
            if (!payload.hasBinary()) {
                return binding.event(payload.json());
            }
            if (payload.value() instanceof List<?> values) {
                return binding.event(values);
            }
        } catch (MalformedPacketException malformed) {
            throw new IllegalArgumentException("invalid event for " + this + ": " + malformed.getMessage(), malformed);
        }
        throw new IllegalArgumentException("invalid event for " + this + ": it is not an array");
    }

    /** The single value of another node's answer or snapshot; no element if it is null. */
    Elements received(Payload payload) {
        if (!payload.hasBinary() && payload.json().equals("null")) {
            return none();
        }
        try {
            return payload.hasBinary()
                    ? binding.elements(Arguments.list(payload.value()))
                    : binding.value(payload.json());
        } catch (MalformedPacketException malformed) {
            throw new IllegalArgumentException(
                    "invalid value from another node for " + this + ": " + malformed.getMessage(), malformed);
        }
    }

    Elements none() {
        return binding.elements(List.of());
    }

    /** The same text as {@link Namespace#toString}, for error messages. */
    @Override
    public String toString() {
        return "Namespace[" + Quoted.of(namespace) + "]";
    }
}
