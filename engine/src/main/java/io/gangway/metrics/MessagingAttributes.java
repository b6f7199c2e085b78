package io.gangway.metrics;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/** The attributes that the OpenTelemetry instrumentation for Node.js gives its spans of Socket.IO. */
final class MessagingAttributes {
    private static final String SYSTEM = "socket.io";

    private MessagingAttributes() {}

    /**
     * Those of a span about a namespace.
     *
     * @param type the kind of operation in OpenTelemetry's conventions, if they have one
     */
    static KeyValues of(String namespace, String operation, String type) {
        return KeyValues.of(
                KeyValue.of("messaging.system", SYSTEM),
                KeyValue.of("messaging.operation", operation),
                KeyValue.of("messaging.operation.type", type),
                KeyValue.of("messaging.destination", namespace),
                KeyValue.of("messaging.destination.name", namespace),
                KeyValue.of("messaging.socket.io.namespace", namespace));
    }

    /** Those of a span about an event. */
    static KeyValues of(String namespace, String operation, String type, String event) {
        return of(namespace, operation, type).and("messaging.socket.io.event_name", event);
    }
}
