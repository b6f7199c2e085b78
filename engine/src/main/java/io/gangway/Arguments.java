package io.gangway;

import com.google.gson.reflect.TypeToken;
import io.gangway.protocol.Elements;
import io.gangway.protocol.MisfitException;
import io.gangway.protocol.Shown;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of an event, or the values of a client's answer, decoded when they are asked for.
 *
 * <p>Given to {@code emit} or {@link Ack#of} as one of the values, they leave as they came, without being decoded.
 * Immutable and thread-safe.
 */
public final class Arguments {
    private final String event;
    private final Elements elements;

    Arguments(String event, Elements elements) {
        this.event = event;
        this.elements = elements;
    }

    public int size() {
        return elements.size();
    }

    /**
     * One argument as the type that is asked for.
     *
     * @throws InvalidPayloadException if there is none, it is JSON null, or it does not fit the type
     */
    public <T> T get(int index, Class<T> type) {
        return get(index, TypeToken.get(type));
    }

    /**
     * One argument as the type that is asked for, such as {@code new TypeToken<List<Point>>() {}}.
     *
     * @throws InvalidPayloadException if there is none, it is JSON null, or it does not fit the type
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
     * One argument as the type that is asked for; empty if there is none or it is JSON null.
     *
     * @throws InvalidPayloadException if it does not fit the type
     */
    public <T> Optional<T> find(int index, Class<T> type) {
        return find(index, TypeToken.get(type));
    }

    /**
     * One argument as the type that is asked for, such as {@code new TypeToken<List<Point>>() {}}; empty if there is none or
     * it is JSON null.
     *
     * @throws InvalidPayloadException if it does not fit the type
     */
    public <T> Optional<T> find(int index, TypeToken<T> type) {
        return Optional.ofNullable(read(index, type));
    }

    /** All arguments as plain Java: String, Long, Double, Boolean, Map, List, byte[] or null. */
    public List<@Nullable Object> values() {
        return elements.values();
    }

    Elements elements() {
        return elements;
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
                    throw told; // a record's constructor that tells the client itself what is wrong
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
        return "Arguments[" + size() + "]"; // not the values: they do not belong into a log
    }
}
