package io.gangway.redis;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Any Java value made plain, by Gson as the engine has it: nulls kept, {@code java.time} as ISO-8601, NaN and infinities as
 * null; {@code byte[]} and {@link ByteBuffer} stay binary data at any depth. Writes only.
 */
final class PlainGson {
    private static final Gson GSON = new GsonBuilder()
            .serializeNulls()
            .disableHtmlEscaping()
            .serializeSpecialFloatingPointValues() // which PlainWriter takes for null
            .registerTypeAdapter(byte[].class, writing((out, value) -> out.bytes((byte[]) value)))
            .registerTypeHierarchyAdapter(
                    ByteBuffer.class, writing((out, value) -> out.bytes(copy((ByteBuffer) value))))
            .registerTypeHierarchyAdapter(TemporalAccessor.class, writing((out, value) -> out.value(value.toString())))
            .registerTypeHierarchyAdapter(TemporalAmount.class, writing((out, value) -> out.value(value.toString())))
            .registerTypeHierarchyAdapter(ZoneId.class, writing((out, value) -> out.value(value.toString())))
            .create();

    private PlainGson() {}

    private interface Writing {
        void write(PlainWriter out, Object value) throws IOException;
    }

    private static TypeAdapter<Object> writing(Writing writing) {
        return new TypeAdapter<>() {
            @Override
            public void write(JsonWriter out, Object value) throws IOException {
                writing.write((PlainWriter) out, value);
            }

            @Override
            public Object read(JsonReader in) {
                throw new UnsupportedOperationException("writes only");
            }
        }.nullSafe();
    }

    private static byte[] copy(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    /**
     * The event's name and its arguments, as one plain list.
     *
     * @throws IllegalArgumentException if Gson cannot write an argument, naming it
     */
    static List<@Nullable Object> event(String event, @Nullable Object[] arguments) {
        List<@Nullable Object> plain = new ArrayList<>(arguments.length + 1);
        plain.add(event);
        for (int i = 0; i < arguments.length; i++) {
            Object argument = arguments[i];
            try {
                plain.add(argument == null ? null : plain(argument));
            } catch (JsonParseException | IllegalArgumentException | UnsupportedOperationException unwritable) {
                throw new IllegalArgumentException(
                        "argument " + i + " of \"" + event + "\", a "
                                + argument.getClass().getName() + ", cannot be written: " + unwritable.getMessage(),
                        unwritable);
            }
        }
        return Collections.unmodifiableList(plain);
    }

    private static @Nullable Object plain(Object value) {
        PlainWriter out = new PlainWriter();
        GSON.toJson(value, value.getClass(), out);
        return out.result();
    }
}
