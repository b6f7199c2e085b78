package io.gangway;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import io.gangway.protocol.Json;

/**
 * Refuses namespaces that cannot work in an engine: names that no client can send, and types of handlers that its Gson
 * cannot read. Immutable.
 */
final class NamespaceChecks {
    private final Limits limits;
    private final Gson gson;

    NamespaceChecks(Limits limits, Gson gson) {
        this.limits = limits;
        this.gson = gson;
    }

    /** Requires that the limits allow the names of the namespace and its events. */
    void requireReachable(NamespaceDefinition definition) {
        if (definition.label().length() > limits.maxNamespaceLength()) {
            throw new IllegalArgumentException("namespace \"" + Quoted.of(definition.label())
                    + "\" is longer than maxNamespaceLength(" + limits.maxNamespaceLength()
                    + "), so no client can join it: raise the limit or choose a shorter name");
        }
        requireReachableEvents(definition);
    }

    /** Requires that the limits allow the names of the events, for a namespace whose own name is not known yet. */
    void requireReachableEvents(NamespaceDefinition definition) {
        for (String event : definition.handlers().keySet()) {
            if (event.length() > limits.maxEventNameLength()) {
                throw new IllegalArgumentException(
                        "event \"" + Quoted.of(event) + "\" of namespace " + definition.label()
                                + " is longer than maxEventNameLength(" + limits.maxEventNameLength()
                                + "), so no client can send it: raise the limit or choose a shorter name");
            }
        }
    }

    /** Requires that Gson can read the types of the namespace's handlers. */
    void requireReadable(NamespaceDefinition definition) {
        definition.handlers().forEach((event, registration) -> {
            if (registration.type().getRawType() != Arguments.class) {
                requireReadable("event \"" + event + "\" of namespace " + definition.label(), registration.type());
            }
        });
    }

    private void requireReadable(String event, TypeToken<?> type) {
        String flaw;
        try {
            flaw = Json.flaw(gson, type);
        } catch (RuntimeException unreadable) {
            throw new IllegalArgumentException(
                    event + ": Gson cannot read " + type + ": " + unreadable.getMessage() + "; " + remedy(type),
                    unreadable);
        }
        if (flaw != null) {
            throw new IllegalArgumentException(event + ": Gson cannot read " + type + ": " + flaw
                    + ", which it cannot instantiate; use a record or class instead, or pass gson(..) on the "
                    + "builder a Gson with an adapter for it");
        }
    }

    /** The remedy for a type for which the Gson has no adapter. */
    private static String remedy(TypeToken<?> type) {
        Class<?> raw = type.getRawType();
        if (isStandard(type)) {
            return "the engine's own Gson can read it; add an adapter for it to the Gson passed to "
                    + "gson(..), or leave gson(..) out";
        } else if (raw.getModule().isNamed() && !raw.getName().startsWith("java.")) {
            return "declare \"opens " + raw.getPackageName()
                    + " to com.google.gson;\" in the type's module, or give the"
                    + " builder a gson(..) with an adapter for it";
        }
        return "use a record of values instead, or pass gson(..) on the builder a Gson with an adapter for it";
    }

    private static boolean isStandard(TypeToken<?> type) {
        try {
            return Json.flaw(Json.standard(), type) == null;
        } catch (RuntimeException unreadable) {
            return false;
        }
    }
}
