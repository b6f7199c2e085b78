package io.gangway;

import com.google.gson.reflect.TypeToken;
import io.gangway.protocol.Elements;
import io.gangway.protocol.MisfitException;
import io.gangway.protocol.Shown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of an event, or the values of a client's ack, decoded on demand.
 *
 * <p>Passed to {@code emit} or {@link Ack#of} as one of the values, they are relayed unchanged, without decoding.
 * Immutable and thread-safe.
 */
public final class Arguments {
    private final String event;
    private final Elements elements;

    Arguments(String event, Elements elements) {
        this.event = event;
        this.elements = elements;
    }

    /** {@return how many arguments there are} */
    public int size() {
        return elements.size();
    }

    /**
     * One argument as the requested type.
     *
     * @param <T> the requested type
     * @param index the argument's position, from 0
     * @param type the requested type
     * @return the argument
     * @throws InvalidPayloadException if the argument is missing, JSON null, or does not fit the type
     */
    public <T> T get(int index, Class<T> type) {
        return get(index, TypeToken.get(type));
    }

    /**
     * One argument as the requested type, such as {@code new TypeToken<List<Point>>() {}}.
     *
     * @param <T> the requested type
     * @param index the argument's position, from 0
     * @param type the requested type
     * @return the argument
     * @throws InvalidPayloadException if the argument is missing, JSON null, or does not fit the type
     */
    public <T> T get(int index, TypeToken<T> type) {
        T value = read(index, type);
        if (value == null) {
            throw new InvalidPayloadException(
                    place(index, "") + " expects " + elements.expected(type) + ", got nothing");
        }
        return value;
    }

    /**
     * One argument as the requested type; empty if it is missing or JSON null.
     *
     * @param <T> the requested type
     * @param index the argument's position, from 0
     * @param type the requested type
     * @return the argument; empty if it is missing or JSON null
     * @throws InvalidPayloadException if the data does not fit the type
     */
    public <T> Optional<T> find(int index, Class<T> type) {
        return find(index, TypeToken.get(type));
    }

    /**
     * One argument as the requested type, such as {@code new TypeToken<List<Point>>() {}}; empty if it is missing or
     * JSON null.
     *
     * @param <T> the requested type
     * @param index the argument's position, from 0
     * @param type the requested type
     * @return the argument; empty if it is missing or JSON null
     * @throws InvalidPayloadException if the data does not fit the type
     */
    public <T> Optional<T> find(int index, TypeToken<T> type) {
        return Optional.ofNullable(read(index, type));
    }

    /** {@return all arguments as plain Java: String, Long, Double, Boolean, Map, List, byte[] or null} */
    public List<@Nullable Object> values() {
        return elements.values();
    }

    Elements elements() {
        return elements;
    }

    /** The name of the event, or what else the values belong to. */
    String event() {
        return event;
    }

    /** A copy of the values; a single null, which Java passes as a null array, is one value. */
    static List<@Nullable Object> list(@Nullable Object... values) {
        return values == null
                ? Collections.singletonList(null)
                : Collections.unmodifiableList(new ArrayList<>(Arrays.asList(values)));
    }

    /** The values with each {@link Arguments} replaced by its elements, so that they are sent as they arrived. */
    static List<?> relayed(List<?> values) {
        boolean relays = false;
        for (Object value : values) {
            relays |= value instanceof Arguments;
        }
        if (!relays) {
            return values;
        }
        List<@Nullable Object> relayed = new ArrayList<>(values.size());
        for (Object value : values) {
            relayed.add(value instanceof Arguments arguments ? arguments.elements() : value);
        }
        return relayed;
    }

    private <T> @Nullable T read(int index, TypeToken<T> type) {
        if (index < 0) {
            throw new IndexOutOfBoundsException(index);
        }
        try {
            return elements.get(index, type);
        } catch (MisfitException misfit) {
            for (Throwable cause = misfit; cause != null; cause = cause.getCause()) {
                if (cause instanceof EngineException told) {
                    throw told; // the record's own constructor tells the client what is wrong
                }
            }
            throw InvalidPayloadException.of(place(index, misfit.field()), misfit, Shown.isSecret(event));
        }
    }

    private String place(int index, String field) {
        if (index == 0) {
            return event + (field.isEmpty() || field.startsWith("[") ? "" : ".") + field;
        }
        return event + "'s argument " + (index + 1) + (field.isEmpty() ? "" : " at " + field);
    }

    @Override
    public String toString() {
        return "Arguments[" + size() + "]"; // not the values: logs show no payload
    }
}
