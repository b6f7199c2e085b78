package io.gangway;

import com.google.gson.Gson;
import io.gangway.cluster.InvalidNameException;
import io.gangway.cluster.Payload;
import io.gangway.protocol.EventNames;
import io.gangway.protocol.Json;
import io.gangway.protocol.JsonBinding;
import io.gangway.protocol.ParserLimits;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes events as an engine with the same Gson writes them, for what speaks to a cluster and is no engine. Immutable and
 * thread-safe.
 */
public final class EventWriter {
    private final JsonBinding binding;
    /** Whether it is known what the Gson makes of plain values. */
    private final boolean standard;

    private EventWriter(Gson gson, boolean standard) {
        this.binding = new JsonBinding(gson, ParserLimits.DEFAULT);
        this.standard = standard;
    }

    /** As an engine that was given no Gson. */
    public static EventWriter standard() {
        return new EventWriter(Json.standard(), true);
    }

    /** As an engine that was given this one: see {@link EngineBuilder#gson}. */
    public static EventWriter of(Gson gson) {
        return new EventWriter(Json.withAttachments(Objects.requireNonNull(gson, "gson")), false);
    }

    /**
     * An event's name and its arguments, as they are now.
     *
     * @param arguments whatever Gson writes; {@code byte[]} at any depth is binary; null is JSON null
     * @throws IllegalArgumentException if the name is reserved, or an argument cannot be written, naming it
     */
    public Payload write(String event, @Nullable Object... arguments) {
        requireName(event, "");
        List<@Nullable Object> values = Emissions.values(event, arguments);
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
     * The name, if events can be emitted by it: for what is told a name now and emits later.
     *
     * @throws IllegalArgumentException if it is one that Socket.IO keeps for itself, such as {@code disconnect}
     */
    public static String requireName(String event) {
        return requireName(event, "");
    }

    /** @param namespace where it would be emitted; empty if that is not known */
    static String requireName(String event, String namespace) {
        if (EventNames.isReserved(Objects.requireNonNull(event, "event"))) {
            throw new InvalidNameException(
                    "\"" + event + "\" is Socket.IO's own and cannot be emitted" + in(namespace)
                            + "; the event needs another name, such as \"app:" + event + '"',
                    "The event name \"" + event + "\" is reserved");
        }
        return event;
    }

    private static String in(String namespace) {
        return namespace.isEmpty() ? "" : " in " + Quoted.of(namespace);
    }

    /** Says which argument cannot be written: found out only now, for most can. */
    private IllegalArgumentException blaming(
            String event, List<@Nullable Object> values, IllegalArgumentException unwritable) {
        for (int i = 1; i < values.size(); i++) {
            Object value = values.get(i);
            try {
                binding.elements(Collections.singletonList(value));
            } catch (IllegalArgumentException cause) {
                String type = value == null ? "null" : "a " + value.getClass().getName();
                return new IllegalArgumentException(
                        "argument " + (i - 1) + " of \"" + event + "\", " + type + ", cannot be written: "
                                + cause.getMessage(),
                        cause);
            }
        }
        return new IllegalArgumentException("event \"" + event + "\": " + unwritable.getMessage(), unwritable);
    }
}
