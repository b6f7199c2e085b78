package io.gangway.protocol;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.gangway.protocol.AttachmentWriter.Binary;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes the Gson that binds arguments: the standard one, or an application's own, both taught about attachments. */
public final class Json {
    private Json() {}

    /** No HTML escaping, nulls kept, {@code java.time} as ISO-8601, NaN and infinities as null, integers as Long. */
    public static Gson standard() {
        GsonBuilder builder = new GsonBuilder()
                .disableHtmlEscaping()
                .serializeNulls()
                .setObjectToNumberStrategy(reader -> AttachmentReader.number(reader.nextString()));
        builder.registerTypeAdapter(Instant.class, iso(Instant::parse));
        builder.registerTypeAdapter(Duration.class, iso(Duration::parse));
        builder.registerTypeAdapter(LocalDate.class, iso(LocalDate::parse));
        builder.registerTypeAdapter(LocalTime.class, iso(LocalTime::parse));
        builder.registerTypeAdapter(LocalDateTime.class, iso(LocalDateTime::parse));
        builder.registerTypeAdapter(OffsetDateTime.class, iso(OffsetDateTime::parse));
        builder.registerTypeAdapter(ZonedDateTime.class, iso(ZonedDateTime::parse));
        builder.registerTypeAdapter(OffsetTime.class, iso(OffsetTime::parse));
        builder.registerTypeAdapter(Period.class, iso(Period::parse));
        builder.registerTypeAdapter(Year.class, iso(Year::parse));
        builder.registerTypeAdapter(YearMonth.class, iso(YearMonth::parse));
        builder.registerTypeAdapter(MonthDay.class, iso(MonthDay::parse));
        builder.registerTypeAdapter(ZoneOffset.class, iso(ZoneOffset::of));
        builder.registerTypeHierarchyAdapter(ZoneId.class, iso(ZoneId::of));
        TypeAdapter<Double> doubles = finite(value -> value);
        TypeAdapter<Float> floats = finite(value -> (float) value);
        builder.registerTypeAdapter(Double.class, doubles).registerTypeAdapter(double.class, doubles);
        builder.registerTypeAdapter(Float.class, floats).registerTypeAdapter(float.class, floats);
        return withAttachments(builder.create());
    }

    /** {@code gson} as it is, but for {@code byte[]} and {@link ByteBuffer}, which become attachments. */
    public static Gson withAttachments(Gson gson) {
        return gson.newBuilder()
                .registerTypeAdapter(byte[].class, new BytesAdapter())
                .registerTypeHierarchyAdapter(ByteBuffer.class, new ByteBufferAdapter())
                .registerTypeAdapterFactory(new ContainerFactory())
                .create();
    }

    private static <T> TypeAdapter<T> iso(Function<String, T> parse) {
        return new TypeAdapter<T>() {
            @Override
            public void write(JsonWriter out, T value) throws IOException {
                out.value(value.toString());
            }

            @Override
            public T read(JsonReader in) throws IOException {
                String text = in.nextString();
                try {
                    return parse.apply(text);
                } catch (RuntimeException unparsable) {
                    throw new JsonParseException("not an ISO-8601 value", unparsable);
                }
            }
        }.nullSafe();
    }

    /** JavaScript's JSON.stringify writes null for what JSON has no number for; reading 1e400 gives infinity. */
    private static <T extends Number> TypeAdapter<T> finite(DoubleFunction<T> narrow) {
        return new TypeAdapter<T>() {
            @Override
            public void write(JsonWriter out, T value) throws IOException {
                if (Double.isFinite(value.doubleValue())) {
                    out.value(value);
                } else {
                    out.nullValue();
                }
            }

            @Override
            public T read(JsonReader in) throws IOException {
                // nextDouble() takes no infinity but from a lenient reader, which would take the string "NaN" as well.
                return narrow.apply(
                        in.peek() == JsonToken.NUMBER ? Double.parseDouble(in.nextString()) : in.nextDouble());
            }
        }.nullSafe();
    }

    /** Writes bytes as an attachment where the writer takes them; elsewhere, as in a JSON tree, as base64. */
    private static void write(JsonWriter out, @Nullable ByteBuffer bytes) throws IOException {
        if (bytes == null) {
            out.nullValue();
        } else if (out instanceof AttachmentWriter attachments && attachments.binary() != Binary.INLINE) {
            attachments.attach(bytes);
        } else {
            out.value(Base64.getEncoder().encodeToString(Elements.copy(bytes)));
        }
    }

    private static byte @Nullable [] read(JsonReader in) throws IOException {
        if (in.peek() == JsonToken.NULL) {
            in.nextNull();
            return null;
        }
        if (in instanceof AttachmentReader attachments && in.peek() == JsonToken.BEGIN_OBJECT) {
            return attachments.nextBytes();
        }
        throw new JsonParseException("expected binary data");
    }

    private static final class BytesAdapter extends TypeAdapter<byte[]> {
        @Override
        public void write(JsonWriter out, byte @Nullable [] value) throws IOException {
            Json.write(out, value == null ? null : ByteBuffer.wrap(value));
        }

        @Override
        public byte @Nullable [] read(JsonReader in) throws IOException {
            return Json.read(in);
        }
    }

    private static final class ByteBufferAdapter extends TypeAdapter<ByteBuffer> {
        @Override
        public void write(JsonWriter out, @Nullable ByteBuffer value) throws IOException {
            Json.write(out, value);
        }

        @Override
        public @Nullable ByteBuffer read(JsonReader in) throws IOException {
            byte[] bytes = Json.read(in);
            return bytes == null ? null : ByteBuffer.wrap(bytes);
        }
    }

    /** Maps and collections of Objects, where Gson itself would leave the placeholders standing. */
    private static final class ContainerFactory implements TypeAdapterFactory {
        @Override
        public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
            boolean container = Map.class.isAssignableFrom(type.getRawType())
                    || Collection.class.isAssignableFrom(type.getRawType());
            if (!container || !holdsObjects(type.getType())) {
                return null;
            }
            TypeAdapter<T> standard = gson.getDelegateAdapter(this, type);
            return new TypeAdapter<T>() {
                @Override
                public void write(JsonWriter out, T value) throws IOException {
                    standard.write(out, value);
                }

                @Override
                public @Nullable T read(JsonReader in) throws IOException {
                    T value = standard.read(in);
                    return in instanceof AttachmentReader attachments ? attachments.resolved(value) : value;
                }
            };
        }

        private static boolean holdsObjects(Type type) {
            if (type instanceof ParameterizedType generic) {
                Type[] arguments = generic.getActualTypeArguments();
                Type held = arguments[arguments.length - 1];
                return held == Object.class
                        || (held instanceof WildcardType any && any.getUpperBounds()[0] == Object.class);
            }
            return type == Map.class || type == List.class || type == Collection.class;
        }
    }
}
