package io.gangway.protocol;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.annotations.JsonAdapter;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.util.AbstractMap;
import java.util.Currency;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Binds, for the standard Gson, the common Java types other than text, numbers and lists. */
final class JavaTypes {
    private static final int MOST_CONSTANTS = 20;
    private static final Pattern UUID_FORM = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private JavaTypes() {}

    static void register(GsonBuilder builder) {
        Numbers.register(builder);
        Times.register(builder);
        text(builder, UUID.class, "a UUID", UUID::toString, JavaTypes::uuid);
        text(builder, URI.class, "a URI", URI::toString, URI::create);
        text(builder, URL.class, "a URL", URL::toString, JavaTypes::url);
        text(builder, Locale.class, "a language tag such as \"en-US\"", Locale::toLanguageTag, JavaTypes::locale);
        text(builder, Currency.class, "a currency such as \"EUR\"", Currency::getCurrencyCode, Currency::getInstance);
        builder.registerTypeAdapterFactory(new Factory());
        builder.registerTypeAdapterFactory(new MapKeys());
    }

    private static <T> void text(
            GsonBuilder builder, Class<T> type, String expected, Function<T, String> write, Function<String, T> read) {
        builder.registerTypeAdapter(type, new TextAdapter<>(expected, write, read));
    }

    /** Not UUID.fromString, which accepts "1-2-3-4-5". */
    private static UUID uuid(String text) {
        if (!UUID_FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not the form of a UUID");
        }
        return UUID.fromString(text);
    }

    private static URL url(String text) {
        try {
            return new URL(text);
        } catch (MalformedURLException malformed) {
            throw new IllegalArgumentException(malformed);
        }
    }

    /** A language tag as in {@code navigator.language}, or with Java's underscores. */
    private static Locale locale(String text) {
        try {
            return new Locale.Builder().setLanguageTag(text.replace('_', '-')).build();
        } catch (IllformedLocaleException malformed) {
            throw new IllegalArgumentException(malformed);
        }
    }

    /**
     * Whether the type is one of the JDK's pairs, which are written as arrays of two, as in JavaScript's
     * Object.entries.
     */
    static boolean isPair(Class<?> type) {
        return Map.Entry.class.isAssignableFrom(type)
                && (type == Map.Entry.class || type.getName().startsWith("java.util."));
    }

    /** Whether the type is one of the JDK's optionals. */
    static boolean isOptional(Class<?> type) {
        return type == Optional.class
                || type == OptionalInt.class
                || type == OptionalLong.class
                || type == OptionalDouble.class;
    }

    /** A pair of the same class with this key and value. */
    static Map.Entry<?, ?> pairLike(Map.Entry<?, ?> pair, @Nullable Object key, @Nullable Object value) {
        return pair(key, value, pair instanceof AbstractMap.SimpleEntry);
    }

    private static Map.Entry<?, ?> pair(@Nullable Object key, @Nullable Object value, boolean settable) {
        return settable
                ? new AbstractMap.SimpleEntry<>(key, value)
                : new AbstractMap.SimpleImmutableEntry<>(key, value);
    }

    private static final class Factory implements TypeAdapterFactory {
        @Override
        @SuppressWarnings("unchecked") // each adapter is for the requested type
        public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
            return (TypeAdapter<T>) find(gson, type);
        }

        private @Nullable TypeAdapter<?> find(Gson gson, TypeToken<?> type) {
            Class<?> raw = type.getRawType();
            if (Enum.class.isAssignableFrom(raw) && raw != Enum.class) {
                return constants(gson, type);
            } else if (raw == Optional.class) {
                return new OptionalAdapter<>(
                        held(gson, type, 0), Optional.empty(), Optional::of, optional -> optional.orElse(null));
            } else if (raw == OptionalInt.class) {
                return new OptionalAdapter<>(
                        gson.getAdapter(Integer.class),
                        OptionalInt.empty(),
                        OptionalInt::of,
                        optional -> optional.isPresent() ? optional.getAsInt() : null);
            } else if (raw == OptionalLong.class) {
                return new OptionalAdapter<>(
                        gson.getAdapter(Long.class),
                        OptionalLong.empty(),
                        OptionalLong::of,
                        optional -> optional.isPresent() ? optional.getAsLong() : null);
            } else if (raw == OptionalDouble.class) {
                return new OptionalAdapter<>(
                        gson.getAdapter(Double.class),
                        OptionalDouble.empty(),
                        OptionalDouble::of,
                        optional -> optional.isPresent() ? optional.getAsDouble() : null);
            } else if (isPair(raw)) {
                return new PairAdapter(held(gson, type, 0), held(gson, type, 1), raw == AbstractMap.SimpleEntry.class);
            }
            if (raw.isRecord()) {
                return withOptionals(gson, type);
            }
            return SqlTypes.owns(raw) ? SqlTypes.adapter(raw) : null;
        }

        private <T> @Nullable TypeAdapter<T> withOptionals(Gson gson, TypeToken<T> type) {
            Class<?> raw = type.getRawType();
            List<String> names = Stream.of(raw.getDeclaredFields())
                    .filter(field -> !Modifier.isStatic(field.getModifiers()) && isOptional(field.getType()))
                    .map(PayloadTypes::name)
                    .toList();
            if (names.isEmpty() || raw.isAnnotationPresent(JsonAdapter.class)) {
                return null;
            }
            return new RecordAdapter<>(gson.getDelegateAdapter(this, type), names);
        }

        private <T> @Nullable TypeAdapter<T> constants(Gson gson, TypeToken<T> type) {
            Class<?> raw = type.getRawType();
            Class<?> declaring = raw.isEnum() ? raw : raw.getSuperclass(); // of a constant with a body
            return declaring.isAnnotationPresent(JsonAdapter.class)
                    ? null
                    : new EnumAdapter<>(gson.getDelegateAdapter(this, type), declaring.getEnumConstants());
        }

        @SuppressWarnings("unchecked") // the content is some Object
        private static TypeAdapter<Object> held(Gson gson, TypeToken<?> holder, int index) {
            TypeToken<?> type = TypeToken.get(GenericTypes.argument(holder.getType(), index));
            TypeAdapter<Object> declared = (TypeAdapter<Object>) gson.getAdapter(type);
            return Modifier.isAbstract(type.getRawType().getModifiers())
                            && !type.getRawType().isArray()
                    ? new RuntimeAdapter(gson, declared)
                    : declared;
        }
    }

    /** Gson's own adapter, except that unknown names are refused; Gson would read them as null. */
    private static final class EnumAdapter<E> extends ScalarAdapter<E> {
        private final TypeAdapter<E> constants;

        EnumAdapter(TypeAdapter<E> constants, Object[] all) {
            super(expected(constants, all), false);
            this.constants = constants;
        }

        private static <E> String expected(TypeAdapter<E> constants, Object[] all) {
            @SuppressWarnings("unchecked") // the constants are of type E
            Stream<E> first = Stream.of((E[]) all).limit(MOST_CONSTANTS);
            return "one of "
                    + first.map(constants::toJsonTree)
                            .map(JsonElement::getAsString)
                            .collect(Collectors.joining(", "))
                    + (all.length > MOST_CONSTANTS ? ", .." : "");
        }

        @Override
        E readValue(JsonReader in) throws IOException {
            E constant = constants.read(in);
            if (constant == null) {
                throw new JsonParseException("not " + expected());
            }
            return constant;
        }

        @Override
        void writeValue(JsonWriter out, E value) throws IOException {
            constants.write(out, value);
        }
    }

    /** Reads records so that missing optionals are empty before the constructor runs. */
    static final class RecordAdapter<T> extends TypeAdapter<T> {
        private final TypeAdapter<T> fields;
        private final List<String> optionals;

        RecordAdapter(TypeAdapter<T> fields, List<String> optionals) {
            this.fields = fields;
            this.optionals = optionals;
        }

        /** Gson's own. */
        TypeAdapter<T> fields() {
            return fields;
        }

        @Override
        public void write(JsonWriter out, @Nullable T value) throws IOException {
            fields.write(out, value);
        }

        @Override
        public @Nullable T read(JsonReader in) throws IOException {
            if (in instanceof AttachmentReader reader && in.peek() == JsonToken.BEGIN_OBJECT) {
                reader.complete(optionals);
            }
            return fields.read(in);
        }
    }

    private static final class PairAdapter extends TypeAdapter<Map.Entry<?, ?>> {
        private final TypeAdapter<Object> keys;
        private final TypeAdapter<Object> values;
        private final boolean settable;

        PairAdapter(TypeAdapter<Object> keys, TypeAdapter<Object> values, boolean settable) {
            this.keys = keys;
            this.values = values;
            this.settable = settable;
        }

        @Override
        public void write(JsonWriter out, Map.@Nullable Entry<?, ?> pair) throws IOException {
            if (pair == null) {
                out.nullValue();
                return;
            }
            out.beginArray();
            keys.write(out, pair.getKey());
            values.write(out, pair.getValue());
            out.endArray();
        }

        @Override
        public Map.@Nullable Entry<?, ?> read(JsonReader in) throws IOException {
            if (in.peek() == JsonToken.NULL) {
                in.nextNull();
                return null;
            }
            in.beginArray();
            Object key = keys.read(in);
            Object value = values.read(in);
            in.endArray();
            return pair(key, value, settable);
        }
    }

    /** Writes a value by its runtime type and reads it by its declared type, as Gson does with fields. */
    private static final class RuntimeAdapter extends TypeAdapter<Object> {
        private final Gson gson;
        private final TypeAdapter<Object> declared;

        RuntimeAdapter(Gson gson, TypeAdapter<Object> declared) {
            this.gson = gson;
            this.declared = declared;
        }

        @Override
        @SuppressWarnings("unchecked") // the adapter is for the value's own class
        public void write(JsonWriter out, @Nullable Object value) throws IOException {
            (value == null ? declared : (TypeAdapter<Object>) gson.getAdapter(value.getClass())).write(out, value);
        }

        @Override
        public @Nullable Object read(JsonReader in) throws IOException {
            return declared.read(in);
        }
    }
}
