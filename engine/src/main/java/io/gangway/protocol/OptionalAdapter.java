package io.gangway.protocol;

import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes an optional as its content, or null. */
final class OptionalAdapter<O, V> extends TypeAdapter<O> {
    private final TypeAdapter<V> held;
    private final O empty;
    private final Function<V, O> wrap;
    private final Function<O, @Nullable V> unwrap;

    OptionalAdapter(TypeAdapter<V> held, O empty, Function<V, O> wrap, Function<O, @Nullable V> unwrap) {
        this.held = held;
        this.empty = empty;
        this.wrap = wrap;
        this.unwrap = unwrap;
    }

    @Override
    public void write(JsonWriter out, @Nullable O optional) throws IOException {
        V value = optional == null ? null : unwrap.apply(optional);
        if (value == null) {
            out.nullValue();
        } else {
            held.write(out, value);
        }
    }

    @Override
    public O read(JsonReader in) throws IOException {
        if (in.peek() == JsonToken.NULL) {
            in.nextNull();
            return empty;
        }
        V value = held.read(in);
        return value == null ? empty : wrap.apply(value);
    }
}
