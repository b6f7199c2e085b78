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
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the Gson that binds arguments, either the standard one or an application's, with support for attachments. */
public final class Json {
    private Json() {}

    /**
     * Without HTML escaping, with nulls, times as ISO-8601, NaN and infinities as null, integers as Long; refuses
     * values that do not fit a type. The README has the whole table.
     */
    public static Gson standard() {
        GsonBuilder builder = new GsonBuilder()
                .disableHtmlEscaping()
                .serializeNulls()
                .setObjectToNumberStrategy(reader -> AttachmentReader.number(reader.nextString()));
        JavaTypes.register(builder);
        return withAttachments(builder.create());
    }

    /** {@code gson} unchanged, except that {@code byte[]} and {@link ByteBuffer} become attachments. */
    public static Gson withAttachments(Gson gson) {
        return gson.newBuilder()
                .registerTypeAdapter(byte[].class, new BytesAdapter())
                .registerTypeHierarchyAdapter(ByteBuffer.class, new ByteBufferAdapter())
                .registerTypeAdapterFactory(new ContainerFactory())
                .create();
    }

    /**
     * The part of a type that {@code gson} cannot instantiate, such as {@code items[].shape is a Shape, an interface};
     * null if there is none.
     *
     * @throws RuntimeException if {@code gson} has no adapter for the type
     */
    public static @Nullable String flaw(Gson gson, TypeToken<?> type) {
        return new PayloadTypes(gson).flaw(type);
    }

    /** Writes bytes as an attachment if the writer supports it; otherwise, for example in a JSON tree, as base64. */
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

    /**
     * Maps and collections of Objects, in which Gson itself would leave the placeholders; and all maps, because Gson
     * would read a placeholder as a map.
     */
    private static final class ContainerFactory implements TypeAdapterFactory {
        @Override
        public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
            boolean map = Map.class.isAssignableFrom(type.getRawType());
            if (!map && !Collection.class.isAssignableFrom(type.getRawType())) {
                return null;
            }
            boolean ofObjects = holdsObjects(type.getType());
            TypeAdapter<T> standard = gson.getDelegateAdapter(this, type);
            if (!ofObjects && (!map || PayloadTypes.isApplications(standard))) {
                return null;
            }
            return new TypeAdapter<T>() {
                @Override
                public void write(JsonWriter out, T value) throws IOException {
                    standard.write(out, value);
                }

                @Override
                public @Nullable T read(JsonReader in) throws IOException {
                    if (!(in instanceof AttachmentReader attachments)) {
                        return standard.read(in);
                    }
                    if (map) {
                        attachments.requireNoPlaceholder();
                    }
                    T value = standard.read(in);
                    return ofObjects ? attachments.resolved(value) : value;
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
