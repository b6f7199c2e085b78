package io.gangway.protocol;

import com.google.gson.Gson;
import com.google.gson.TypeAdapter;
import io.gangway.protocol.AttachmentWriter.Binary;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes Java values as JSON, with the application's Gson. Thread-safe. */
final class ValueWriter {
    /** The classes for which Gson silently writes null. */
    private static final ClassValue<Boolean> LEFT_OUT = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return (type.isAnonymousClass() || type.isLocalClass())
                    && !Modifier.isStatic(type.getModifiers())
                    && !Enum.class.isAssignableFrom(type);
        }
    };

    private final Gson gson;
    private final PlainWriter.Kinds kinds;
    /** A field, so that no event allocates this lambda. */
    private final Predicate<Object> plain;

    /** Makes elements of a written array. */
    @FunctionalInterface
    interface Result {
        Elements of(String json, List<ByteBuffer> attachments);
    }

    /** Writes an array. */
    @FunctionalInterface
    interface Source {
        void writeTo(AttachmentWriter writer) throws IOException;
    }

    ValueWriter(Gson gson) {
        this.gson = gson;
        this.kinds = new PlainWriter.Kinds(gson);
        this.plain = kinds::isScalar;
    }

    /**
     * Writes an array of the name, if there is one, and these values; returns the result that {@code result} makes of
     * it.
     *
     * @throws IllegalArgumentException if a value cannot be written
     */
    Elements write(@Nullable String name, List<?> values, Result result) {
        Elements relayed = relayed(name, values);
        if (relayed != null) {
            return relayed;
        }
        String simple = PlainWriter.write(kinds, name, values);
        if (simple != null) {
            return result.of(simple, List.of());
        }
        return attached(writer -> writeArray(writer, name, values), gson.serializeNulls(), result);
    }

    /** The array that {@code source} writes, with its nulls. */
    Elements converted(Source source, Result result) {
        return attached(source, true, result);
    }

    private static Elements attached(Source source, boolean nulls, Result result) {
        Elements written = attached(source, nulls, result, Binary.ATTACHED);
        return written != null
                ? written
                : Objects.requireNonNull(attached(source, nulls, result, Binary.CERTAINLY_ATTACHED));
    }

    /** The values in the form of the elements among them; null if there are none, or they are JSON. */
    private @Nullable Elements relayed(@Nullable String name, List<?> values) {
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) instanceof Elements elements) {
                return elements.among(name, values, plain);
            }
        }
        return null;
    }

    /** Writes an object with binary data as base64. */
    String inline(Map<String, Object> object) {
        JsonText json = new JsonText();
        AttachmentWriter writer = new AttachmentWriter(json, gson.serializeNulls(), Binary.INLINE);
        try {
            write(writer, object);
            writer.flush();
        } catch (IOException impossible) {
            throw new IllegalStateException("writing JSON failed in memory, which has no I/O to fail", impossible);
        }
        String text = UnpairedSurrogates.escaped(json.toString());
        if (writer.isRaw()) {
            int[] unused = StrictScan.written("[" + text + "]");
        }
        return text;
    }

    /** The values as a receiver reads them if all are scalars, otherwise null. */
    @Nullable
    List<@Nullable Object> scalars(List<?> values) {
        List<@Nullable Object> scalars = new ArrayList<>(values.size());
        for (Object value : values) {
            if (value == null || value instanceof String) {
                scalars.add(value);
            } else if (kinds.isScalar(value)) {
                scalars.add(value instanceof Integer number ? (Object) number.longValue() : value);
            } else {
                return null;
            }
        }
        return Collections.unmodifiableList(scalars);
    }

    /**
     * Writes an array with its attachments. Returns null if it must be written again with {@link
     * Binary#CERTAINLY_ATTACHED}, because a value looks like the placeholder of a later attachment.
     */
    private static @Nullable Elements attached(Source source, boolean nulls, Result result, Binary binary) {
        JsonText json = new JsonText();
        AttachmentWriter writer = new AttachmentWriter(json, nulls, binary);
        try {
            source.writeTo(writer);
            writer.flush();
        } catch (IOException impossible) {
            throw new IllegalStateException("writing JSON failed in memory, which has no I/O to fail", impossible);
        }
        if (writer.isMistakable()) {
            return null;
        }
        String array = UnpairedSurrogates.escaped(json.toString());
        if (writer.isRaw()) {
            int[] unused = StrictScan.written(array);
        }
        return result.of(array, writer.attachments());
    }

    private void writeArray(AttachmentWriter writer, @Nullable String name, List<?> values) throws IOException {
        writer.beginArray();
        if (name != null) {
            writer.value(name);
        }
        for (Object value : values) {
            if (value instanceof Elements elements) {
                relay(writer, elements);
            } else {
                write(writer, value);
            }
        }
        writer.endArray();
    }

    private void write(AttachmentWriter writer, @Nullable Object value) throws IOException {
        try {
            writePlain(writer, value);
        } catch (RuntimeException | StackOverflowError unwritable) {
            String type = value == null ? "null" : value.getClass().getName();
            String why = unwritable instanceof StackOverflowError
                    ? "it nests too deep; check that the value does not contain itself"
                    : unwritable.getMessage();
            throw new IllegalArgumentException("cannot write a " + type + " as JSON: " + why, unwritable);
        }
    }

    /** Writes maps and collections by their interface, not their class: Gson writes null for an anonymous subclass. */
    private void writePlain(AttachmentWriter writer, @Nullable Object value) throws IOException {
        if (value == null) {
            writer.nullValue();
        } else if (value instanceof String string) {
            writer.value(string);
        } else if (value instanceof Map<?, ?> map) {
            writeMap(writer, map);
        } else if (value instanceof Collection<?> collection) {
            writer.beginArray();
            for (Object item : collection) {
                writePlain(writer, item);
            }
            writer.endArray();
        } else if (value instanceof Elements elements) {
            writer.beginArray();
            relay(writer, elements);
            writer.endArray();
        } else if (value instanceof RenumberingReader.Literal literal) {
            writer.copy(literal.json());
        } else {
            requireWritable(value.getClass());
            @SuppressWarnings("unchecked") // the adapter is for the value's own class
            TypeAdapter<Object> adapter = (TypeAdapter<Object>) gson.getAdapter(value.getClass());
            adapter.write(writer, value);
        }
    }

    private void writeMap(AttachmentWriter writer, Map<?, ?> map) throws IOException {
        for (Object key : map.keySet()) { // no stream: it costs as much as writing a small map
            if (!(key instanceof String)) {
                gson.getAdapter(Map.class).write(writer, map); // the application's Gson may have a way of its own
                return;
            }
        }
        writer.beginObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            writer.name((String) entry.getKey());
            writePlain(writer, entry.getValue());
        }
        writer.endObject();
    }

    private static void requireWritable(Class<?> type) {
        if (type.isHidden() && type.isSynthetic()) {
            throw new IllegalArgumentException(
                    "it is a lambda, and functions have no JSON form; to request an ack from a client, use "
                            + "emitWithAck(..)");
        }
        if (LEFT_OUT.get(type)) {
            throw new IllegalArgumentException(
                    "Gson writes null for anonymous and local classes; use a record or a static nested class");
        }
    }

    private void relay(AttachmentWriter writer, Elements elements) throws IOException {
        elements.requireRelayable();
        int first = writer.adopt(elements.attachments());
        for (int i = 0; i < elements.size(); i++) {
            if (elements.attachments().isEmpty() && writer.binary() != Binary.CERTAINLY_ATTACHED) {
                writer.unchecked(elements.json(i));
            } else if (!elements.attachments().isEmpty() && first == 0) {
                writer.copy(elements.json(i)); // its placeholders are valid, and still count from 0
            } else {
                writePlain(writer, elements.renumbered(i, first));
            }
        }
    }
}
