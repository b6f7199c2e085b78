package io.gangway;

import com.google.gson.Gson;
import io.gangway.cluster.InvalidNameException;
import io.gangway.cluster.Payload;
import io.gangway.protocol.EventNames;
import io.gangway.protocol.Json;
import io.gangway.protocol.ParserLimits;
import io.gangway.protocol.SocketIoCodec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes events as an engine with the same Gson writes them, for what speaks to a cluster and is no engine. Immutable and
 * thread-safe.
 */
public final class EventWriter {
    private final SocketIoCodec codec;

    private EventWriter(Gson gson) {
        this.codec = new SocketIoCodec(gson, ParserLimits.DEFAULT);
    }

    /** As an engine that was given no Gson. */
    public static EventWriter standard() {
        return new EventWriter(Json.standard());
    }

    /** As an engine that was given this one: see {@link EngineBuilder#gson}. */
    public static EventWriter of(Gson gson) {
        return new EventWriter(Json.withAttachments(Objects.requireNonNull(gson, "gson")));
    }

    /**
     * An event's name and its arguments, as they are now.
     *
     * @param arguments whatever Gson writes; {@code byte[]} at any depth is binary; null is JSON null
     * @throws IllegalArgumentException if the name is reserved or an argument cannot be written, naming it
     */
    public Payload write(String event, @Nullable Object... arguments) {
        if (EventNames.isReserved(event)) {
            throw new InvalidNameException(
                    "\"" + event + "\" is a reserved event name", "The event name \"" + event + "\" is reserved");
        }
        List<@Nullable Object> values = new ArrayList<>(arguments.length + 1);
        values.add(event);
        values.addAll(Namespace.unwrap(Ack.list(arguments)));
        try {
            return ElementsPayload.array(codec.elements(values));
        } catch (IllegalArgumentException unwritable) {
            throw blaming(event, values, unwritable);
        }
    }

    /** Says which argument cannot be written: found out only now, for most can. */
    private IllegalArgumentException blaming(
            String event, List<@Nullable Object> values, IllegalArgumentException unwritable) {
        for (int i = 1; i < values.size(); i++) {
            Object value = values.get(i);
            try {
                codec.elements(Collections.singletonList(value));
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
