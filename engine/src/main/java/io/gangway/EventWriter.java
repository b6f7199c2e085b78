package io.gangway;

import com.google.gson.Gson;
import io.gangway.cluster.InvalidNameException;
import io.gangway.cluster.Payload;
import io.gangway.protocol.EventNames;
import io.gangway.protocol.Json;
import io.gangway.protocol.JsonBinding;
import io.gangway.protocol.ParserLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes events exactly as an engine with the same Gson does, for code that sends to a cluster without an engine.
 * Immutable and thread-safe.
 */
public final class EventWriter {
    private final JsonBinding binding;
    /** Whether the Gson is the standard one, whose output for plain values is known. */
    private final boolean standard;

    private EventWriter(Gson gson, boolean standard) {
        this.binding = new JsonBinding(gson, ParserLimits.DEFAULT);
        this.standard = standard;
    }

    /**
     * Writes like an engine without a Gson of its own.
     *
     * @return the writer
     */
    public static EventWriter standard() {
        return new EventWriter(Json.standard(), true);
    }

    /**
     * Writes like an engine with this Gson: see {@link EngineBuilder#gson}.
     *
     * @param gson writes payloads
     * @return the writer
     */
    public static EventWriter of(Gson gson) {
        return new EventWriter(Json.withAttachments(Objects.requireNonNull(gson, "gson")), false);
    }

    /**
     * Writes an event's name and its arguments.
     *
     * @param event the event's name
     * @param arguments any values that Gson can write; {@code byte[]} at any depth is binary; null is JSON null
     * @return the payload
     * @throws IllegalArgumentException if the name is reserved, or an argument cannot be written, naming it
     */
    public Payload write(String event, @Nullable Object... arguments) {
        requireName(event, "");
        List<@Nullable Object> values = values(event, arguments);
        Payload plain = standard ? PlainEvent.of(binding, values) : null;
        if (plain != null) {
            return plain;
        }
        try {
            return ElementsPayload.array(binding.elements(values));
        } catch (IllegalArgumentException unwritable) {
            throw blaming(event, values, unwritable);
        }
    }

    /**
     * Returns the name if events can be emitted with it, for callers that emit later.
     *
     * @param event the event's name
     * @return the name
     * @throws IllegalArgumentException if Socket.IO reserves the name, such as {@code disconnect}
     */
    public static String requireName(String event) {
        return requireName(event, "");
    }

    /** @param namespace the namespace of the event; empty if unknown */
    static String requireName(String event, String namespace) {
        if (EventNames.isReserved(Objects.requireNonNull(event, "event"))) {
            throw new InvalidNameException(
                    "\"" + event + "\" is reserved by Socket.IO and cannot be emitted" + in(namespace)
                            + "; choose another name, such as \"app:" + event + '"',
                    "The event name \"" + event + "\" is reserved");
        }
        return event;
    }

    /** The name of an event, then its arguments; an array that is null is one argument, null. */
    static List<@Nullable Object> values(String event, @Nullable Object... arguments) {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(event);
        values.addAll(Arguments.relayed(Arguments.list(arguments)));
        return values;
    }

    private static String in(String namespace) {
        return namespace.isEmpty() ? "" : " in " + Quoted.of(namespace);
    }

    /** Finds the argument that cannot be written; only now, because most can be. */
    private IllegalArgumentException blaming(
            String event, List<@Nullable Object> values, IllegalArgumentException unwritable) {
        for (int i = 1; i < values.size(); i++) {
            Object value = values.get(i);
            try {
                binding.elements(Collections.singletonList(value));
            } catch (IllegalArgumentException cause) {
                String type = value == null ? "null" : "a " + value.getClass().getName();
                return new IllegalArgumentException(
                        "cannot write argument " + (i - 1) + " of event \"" + event + "\", " + type + ": "
                                + cause.getMessage(),
                        cause);
            }
        }
        return new IllegalArgumentException(
                "cannot write event \"" + event + "\": " + unwritable.getMessage(), unwritable);
    }
}
