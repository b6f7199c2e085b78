package io.gangway.protocol;

import com.google.gson.JsonParseException;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.function.Function;

/** Binds a type that is a string in JSON. */
final class TextAdapter<T> extends ScalarAdapter<T> {
    private final Function<T, String> write;
    private final Function<String, T> read;

    /** @param read may throw a {@link DateTimeException} or {@link IllegalArgumentException} */
    TextAdapter(String expected, Function<T, String> write, Function<String, T> read) {
        super(expected, false);
        this.write = write;
        this.read = read;
    }

    @Override
    T readValue(JsonReader in) throws IOException {
        String text = in.nextString();
        try {
            return read.apply(text);
        } catch (DateTimeException unreadable) {
            throw new JsonParseException("not " + expected(), unreadable);
        }
    }

    @Override
    void writeValue(JsonWriter out, T value) throws IOException {
        out.value(write.apply(value));
    }
}
