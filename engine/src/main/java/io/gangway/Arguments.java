package io.gangway;

import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import io.gangway.protocol.Elements;
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
            throw new InvalidPayloadException(expectation(index, type) + ", got nothing");
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
        if (index >= elements.size()) {
            return null;
        }
        try {
            return elements.get(index, type);
        } catch (JsonParseException mismatch) {
            for (Throwable cause = mismatch; cause != null; cause = cause.getCause()) {
                if (cause instanceof EngineException told) {
                    throw told; // a record's constructor that tells the client itself what is wrong
                }
            }
            throw new InvalidPayloadException(expectation(index, type) + ", got " + kind(index), mismatch);
        }
    }

    private String expectation(int index, TypeToken<?> type) {
        String name = type.getType() == type.getRawType() ? type.getRawType().getSimpleName() : type.toString();
        String article = !name.isEmpty() && "AEIOU".indexOf(Character.toUpperCase(name.charAt(0))) >= 0 ? "an " : "a ";
        return event + (index == 0 ? "" : "'s argument " + (index + 1)) + " expects " + article + name;
    }

    private String kind(int index) {
        return switch (elements.json(index).charAt(0)) {
            case '"' -> "a string";
            case '[' -> "an array";
            case '{' -> elements.value(index) instanceof byte[] ? "binary data" : "an object that does not fit";
            case 't', 'f' -> "a boolean";
            default -> "a number";
        };
    }

    @Override
    public String toString() {
        return "Arguments[" + size() + "]"; // not the values: they do not belong into a log
    }
}
