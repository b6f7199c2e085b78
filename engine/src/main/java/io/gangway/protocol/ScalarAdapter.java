package io.gangway.protocol;

import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Binds one string, number or boolean, and describes what it expects.
 *
 * <p>JSON null is null, except for a Java primitive, for which null is refused; Gson would leave the field unchanged.
 */
abstract class ScalarAdapter<T> extends TypeAdapter<T> {
    private final String expected;
    private final boolean primitive;

    /** @param expected what a client is told to send, such as {@code a date such as "2026-01-02"} */
    ScalarAdapter(String expected, boolean primitive) {
        this.expected = expected;
        this.primitive = primitive;
    }

    /** What a client that sent another value is told. */
    final String expected() {
        return expected;
    }

    /** Reads a value that is not null; any exception means that the value does not fit. */
    abstract T readValue(JsonReader in) throws IOException;

    abstract void writeValue(JsonWriter out, T value) throws IOException;

    @Override
    public final @Nullable T read(JsonReader in) throws IOException {
        if (in.peek() != JsonToken.NULL) {
            try {
                return readValue(in);
            } catch (IllegalStateException | IllegalArgumentException misfit) {
                throw new JsonParseException("not " + expected, misfit);
            }
        }
        if (primitive) {
            throw new JsonParseException("null is not " + expected);
        }
        in.nextNull();
        return null;
    }

    @Override
    public final void write(JsonWriter out, @Nullable T value) throws IOException {
        if (value == null) {
            out.nullValue();
        } else {
            writeValue(out, value);
        }
    }
}
