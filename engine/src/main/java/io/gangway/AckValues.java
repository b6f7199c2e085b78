package io.gangway;

import io.gangway.protocol.Elements;
import io.gangway.protocol.JsonBinding;
import java.util.AbstractList;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * The values of an ack as they were when it was made: interceptors see the handler's objects; for the client, values
 * that could change are already written. Immutable.
 */
final class AckValues extends AbstractList<@Nullable Object> implements RandomAccess {
    static final AckValues NONE = new AckValues(new Object[0], null, null);

    private final @Nullable Object[] values;
    private final @Nullable JsonBinding writer;
    private final @Nullable Elements written;

    /** @param writer has written the elements; null if they are not written yet */
    private AckValues(@Nullable Object[] values, @Nullable JsonBinding writer, @Nullable Elements written) {
        this.values = values;
        this.writer = writer;
        this.written = written;
    }

    /**
     * @param binding writes the values; null if unknown
     * @throws IllegalArgumentException if a value contains itself
     */
    static AckValues of(@Nullable JsonBinding binding, @Nullable Object... values) {
        @Nullable Object[] fixed = new Object[values.length];
        for (int i = 0; i < fixed.length; i++) {
            fixed[i] = FixedValue.of(values[i]);
        }
        return new AckValues(fixed, null, null).writtenBy(binding);
    }

    /** The same values, written now unless they cannot change or have been written. */
    AckValues writtenBy(@Nullable JsonBinding binding) {
        boolean unchanging = true;
        for (Object value : values) {
            unchanging &= FixedValue.isUnchanging(value);
        }
        if (binding == null || written != null || unchanging) {
            return this;
        }
        try {
            return new AckValues(values, binding, binding.write(Arguments.relayed(this)));
        } catch (RuntimeException | StackOverflowError unwritable) {
            return this; // sending them fails in the same way, and reports it to the client and the log
        }
    }

    /** The elements that this binding has written; null if none. */
    @Nullable
    Elements writtenBefore(JsonBinding binding) {
        return writer == binding ? written : null;
    }

    @Override
    public @Nullable Object get(int index) {
        return values[index];
    }

    @Override
    public int size() {
        return values.length;
    }
}
