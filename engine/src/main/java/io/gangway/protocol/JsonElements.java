package io.gangway.protocol;

import com.google.gson.JsonIOException;
import com.google.gson.TypeAdapter;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Elements as JSON text and attachments. */
final class JsonElements extends Elements {
    private final JsonBinding binding;
    private final String text;
    /** Element i spans bounds[2 * i] to bounds[2 * i + 1]; null while an array written here has not been scanned. */
    private final int @Nullable [] bounds;

    private final List<ByteBuffer> attachments;
    /** The elements as plain Java, if they were made from plain values. */
    private final @Nullable List<@Nullable Object> plain;

    private final boolean relayable;
    /** Whether other text than commas may stand between the elements, which are in any order. */
    private final boolean apart;

    /** The bounds of an array written here, once an element has been read. */
    private volatile int @Nullable [] found;

    /**
     * @param plain the result of {@link #values}, if already known
     * @param relayable false if its placeholders repeat an attachment too often
     */
    JsonElements(
            JsonBinding binding,
            String text,
            int @Nullable [] bounds,
            List<ByteBuffer> attachments,
            @Nullable List<@Nullable Object> plain,
            boolean relayable) {
        this(binding, text, bounds, attachments, plain, relayable, false);
    }

    private JsonElements(
            JsonBinding binding,
            String text,
            int @Nullable [] bounds,
            List<ByteBuffer> attachments,
            @Nullable List<@Nullable Object> plain,
            boolean relayable,
            boolean apart) {
        this.binding = binding;
        this.text = text;
        this.bounds = bounds;
        this.attachments = attachments;
        this.plain = plain;
        this.relayable = relayable;
        this.apart = apart;
    }

    /** Elements without attachments that stand anywhere in a text that has been scanned; they need no copy of it. */
    static JsonElements in(JsonBinding binding, String text, int[] bounds) {
        return new JsonElements(binding, text, bounds, List.of(), null, true, true);
    }

    private int[] bounds() {
        int[] known = bounds != null ? bounds : found;
        if (known == null) {
            known = StrictScan.written(text);
            found = known;
        }
        return known;
    }

    @Override
    public int size() {
        return bounds().length / 2;
    }

    @Override
    public Elements rest() {
        int[] all = bounds();
        int[] others = Arrays.copyOfRange(all, 2, all.length);
        return new JsonElements(binding, text, others, attachments, null, relayable, apart && others.length > 2);
    }

    @Override
    public String json(int index) {
        int[] all = bounds();
        return text.substring(all[2 * index], all[2 * index + 1]);
    }

    @Override
    public String array() {
        if (bounds == null) {
            return text;
        }
        if (bounds.length == 0) {
            return "[]";
        }
        if (apart) {
            return IntStream.range(0, size()).mapToObj(this::json).collect(Collectors.joining(",", "[", "]"));
        }
        int begin = bounds[0];
        int end = bounds[bounds.length - 1];
        // The surrounding text is an array's brackets already, unless leading elements were left out.
        return begin == 1 && end == text.length() - 1 ? text : "[" + text.substring(begin, end) + "]";
    }

    @Override
    public List<ByteBuffer> attachments() {
        return attachments;
    }

    @Override
    public <T> @Nullable T get(int index, TypeToken<T> type) {
        TypeAdapter<T> adapter = binding.gson().getAdapter(type);
        Class<?> raw = type.getRawType();
        if (index >= size() && !JavaTypes.isOptional(raw)) {
            return null;
        }
        String json = index < size() ? json(index) : "null";
        if (raw.isPrimitive() && json.equals("null")) {
            return null;
        }
        try {
            return read(adapter, type, new AttachmentReader(json, attachments, depth()));
        } catch (JsonIOException impossible) {
            throw new IllegalArgumentException(
                    "Gson cannot read a " + type + " from any JSON: " + impossible.getMessage()
                            + "; request another type, or pass gson(..) on the engine's builder a Gson that can",
                    impossible);
        } catch (IOException | RuntimeException mismatch) {
            // Also exceptions of the type's own constructor or adapter, which mean that the value does not fit.
            throw misfit(adapter, type, json, mismatch);
        }
    }

    @Override
    public String expected(TypeToken<?> type) {
        return new PayloadTypes(binding.gson()).expected(type.getType(), false);
    }

    private <T> @Nullable T read(TypeAdapter<T> adapter, TypeToken<T> type, AttachmentReader reader)
            throws IOException {
        if (type.getRawType() == Object.class) {
            @SuppressWarnings("unchecked") // T is Object
            T plain = (T) reader.nextPlain();
            return plain;
        }
        T value = adapter.read(reader);
        if (!reader.hasLeftPlaceholders()) {
            return value;
        }
        @SuppressWarnings("unchecked") // a replacement has the type of the value it replaces
        T filled = (T) new ObjectPlaces(binding.gson(), reader).filled(value, type.getType());
        return filled;
    }

    /** Reads the value again, to find out where it fails. */
    private <T> MisfitException misfit(TypeAdapter<T> adapter, TypeToken<T> type, String json, Throwable mismatch) {
        PathReader reader = new PathReader(json, attachments, depth());
        try {
            Object unused = read(adapter, type, reader);
            return new MisfitException("", "another value", "one that does not fit", "one that does not fit", mismatch);
        } catch (IOException | RuntimeException again) {
            return new PayloadTypes(binding.gson()).misfit(type, reader, mismatch);
        }
    }

    @Override
    public @Nullable Object value(int index) {
        if (attachments.isEmpty()) {
            return ScannedValues.read(text, bounds()[2 * index]);
        }
        try {
            return new AttachmentReader(json(index), attachments, depth()).nextPlain();
        } catch (IOException impossible) {
            throw new IllegalStateException(JsonBinding.SCANNED, impossible);
        }
    }

    @Override
    public int bytes() {
        long bytes = text.length();
        for (ByteBuffer attachment : attachments) {
            bytes += attachment.remaining();
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    @Override
    boolean isTextOrNumber(int index) {
        char first = text.charAt(bounds()[2 * index]);
        return first == '"' || first == '-' || (first >= '0' && first <= '9');
    }

    @Override
    public List<@Nullable Object> values() {
        if (plain != null) {
            return plain;
        }
        if (size() == 0) {
            return List.of();
        }
        if (attachments.isEmpty()) {
            return ScannedValues.read(text, bounds());
        }
        // One reader for all elements: with one each, a megabyte of elements "1" would cost a gigabyte of readers.
        try (AttachmentReader reader = new AttachmentReader(array(), attachments, depth())) {
            List<@Nullable Object> values = new ArrayList<>(size());
            reader.beginArray();
            while (reader.hasNext()) {
                values.add(reader.nextPlain());
            }
            return Collections.unmodifiableList(values);
        } catch (IOException impossible) {
            throw new IllegalStateException(JsonBinding.SCANNED, impossible);
        }
    }

    @Override
    @Nullable
    Object renumbered(int index, int first) throws IOException {
        try (AttachmentReader reader = new RenumberingReader(json(index), attachments, depth(), first)) {
            return reader.nextPlain();
        }
    }

    @Override
    @Nullable
    Elements among(@Nullable String name, List<?> values, Predicate<Object> isPlain) {
        boolean isAlone = name == null && values.size() == 1 && attachments.isEmpty();
        return isAlone ? this : null; // what answers with what it was sent copies and scans nothing
    }

    @Override
    void requireRelayable() {
        if (!relayable) {
            throw new IllegalArgumentException(
                    "cannot relay a packet whose placeholders name one attachment too often; emit its values");
        }
    }

    private int depth() {
        return binding.limits().depth();
    }

    @Override
    public String toString() {
        return "Elements of " + text.length() + " characters"; // not the text: logs show no payload
    }
}
