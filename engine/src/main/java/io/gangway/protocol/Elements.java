package io.gangway.protocol;

import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a packet's array, checked but not decoded, in the form in which they arrived or were written: each is
 * decoded on demand, into the requested type, and converted to another form when a client of that kind receives them.
 * Immutable and thread-safe.
 */
public abstract class Elements {
    Elements() {}

    public abstract int size();

    /** These elements without the first. */
    public abstract Elements rest();

    /** The element's JSON, including placeholders. */
    public abstract String json(int index);

    /** All elements as one JSON array, including placeholders. */
    public abstract String array();

    /** The binary data that the placeholders represent. */
    public abstract List<ByteBuffer> attachments();

    /**
     * One element as the requested type; null (or an empty optional) for JSON null and for a missing element.
     *
     * @throws MisfitException if the element does not fit the type
     * @throws IllegalArgumentException if Gson cannot make values of the type, whatever the element
     */
    public abstract <T> @Nullable T get(int index, TypeToken<T> type);

    /** What a client is told to send for this type, such as {@code a number}. */
    public abstract String expected(TypeToken<?> type);

    /** One element as plain Java: String, Long, Double, Boolean, Map, List, byte[] or null. */
    public abstract @Nullable Object value(int index);

    /** All elements as plain Java. */
    public abstract List<@Nullable Object> values();

    /** Roughly the memory that these elements take, in bytes. */
    public abstract int bytes();

    /** Whether the element is a string or a number. */
    abstract boolean isTextOrNumber(int index);

    /** One element for another packet, in which its attachments are numbered from {@code first}. */
    abstract @Nullable Object renumbered(int index, int first) throws IOException;

    /**
     * The values, of which this is one, as elements in this one's form, in which it is copied and not decoded; null if they
     * need JSON.
     *
     * @param name precedes the values; null if there is none
     * @param isPlain whether a value is a whole number or boolean that every form writes as it is
     */
    abstract @Nullable Elements among(@Nullable String name, List<?> values, Predicate<Object> isPlain);

    /** @throws IllegalArgumentException if another form of these elements would be far larger than what the client sent */
    void requireRelayable() {}

    static byte[] copy(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return copy;
    }
}
