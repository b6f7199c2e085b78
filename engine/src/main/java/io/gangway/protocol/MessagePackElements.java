package io.gangway.protocol;

import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Elements as MessagePack. Converted to JSON at most once: for a handler that requests a type, which then binds exactly as
 * with JSON, and for clients and nodes that receive JSON.
 */
final class MessagePackElements extends Elements {
    private final JsonBinding binding;
    private final byte[] bytes;
    /** Element i spans bounds[i] to bounds[i + 1]. */
    private final int[] bounds;

    private volatile @Nullable Elements json;

    private MessagePackElements(JsonBinding binding, byte[] bytes, int[] bounds) {
        this.binding = binding;
        this.bytes = bytes;
        this.bounds = bounds;
    }

    /** The elements of a client's array, of which {@link MessagePackScan#skip} has checked the structure. */
    static MessagePackElements of(JsonBinding binding, byte[] bytes, int array, int end)
            throws MalformedPacketException {
        MessagePackReader reader = new MessagePackReader(bytes, array);
        reader.next();
        int[] bounds = new int[reader.length() + 1];
        bounds[0] = reader.at();
        ParserLimits limits = binding.limits();
        for (int i = 1; i < bounds.length; i++) {
            bounds[i] = MessagePackScan.skip(bytes, bounds[i - 1], end, limits.depth());
        }
        MessagePackScan.requireSound(bytes, bounds[0], end, limits.attachments());
        return new MessagePackElements(binding, bytes, bounds);
    }

    /** Writes the array of these elements, without decoding them. */
    void writeTo(MessagePackWriter out) {
        out.beginArray(size());
        copyTo(out);
    }

    /** Writes the array of these elements and one more. */
    void writeTo(MessagePackWriter out, String last) {
        out.beginArray(size() + 1);
        copyTo(out);
        out.write(last);
    }

    private void copyTo(MessagePackWriter out) {
        out.copy(bytes, bounds[0], bounds[size()]);
    }

    /** Roughly the bytes that {@link #writeTo} writes. */
    @Override
    public int bytes() {
        return bounds[size()] - bounds[0];
    }

    @Override
    public int size() {
        return bounds.length - 1;
    }

    @Override
    public Elements rest() {
        return new MessagePackElements(binding, bytes, Arrays.copyOfRange(bounds, 1, bounds.length));
    }

    @Override
    public @Nullable Object value(int index) {
        return new MessagePackReader(bytes, bounds[index]).plain();
    }

    @Override
    public List<@Nullable Object> values() {
        if (size() == 0) {
            return List.of();
        }
        MessagePackReader reader = new MessagePackReader(bytes, bounds[0]);
        List<@Nullable Object> values = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            values.add(reader.plain());
        }
        return Collections.unmodifiableList(values);
    }

    @Override
    boolean isTextOrNumber(int index) {
        MessagePackReader reader = new MessagePackReader(bytes, bounds[index]);
        return switch (reader.next()) {
            case STRING, INTEGER, UNSIGNED -> true;
            case FLOAT -> Double.isFinite(reader.fraction());
            default -> false;
        };
    }

    @Override
    @Nullable
    Elements among(@Nullable String name, List<?> values, Predicate<Object> isPlain) {
        int items = name == null ? 0 : 1;
        int length = name == null ? 0 : name.length();
        for (Object value : values) {
            if (value instanceof MessagePackElements elements) {
                items += elements.size();
                length += elements.bytes();
            } else if (value == null || value instanceof String || isPlain.test(value)) {
                items++;
                length += value instanceof String text ? text.length() : 0;
            } else {
                return null;
            }
        }
        MessagePackWriter out = new MessagePackWriter(length + 9 * items);
        int[] all = new int[items + 1];
        int next = 0;
        if (name != null) {
            out.write(name);
            all[++next] = out.size();
        }
        for (Object value : values) {
            if (value instanceof MessagePackElements elements) {
                int shift = out.size() - elements.bounds[0];
                elements.copyTo(out);
                for (int i = 1; i <= elements.size(); i++) {
                    all[++next] = elements.bounds[i] + shift;
                }
            } else {
                writeScalar(value, out);
                all[++next] = out.size();
            }
        }
        return new MessagePackElements(binding, out.toBytes(), all);
    }

    private static void writeScalar(@Nullable Object value, MessagePackWriter out) {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof String text) {
            out.write(text);
        } else if (value instanceof Boolean truth) {
            out.write((boolean) truth);
        } else {
            out.write(((Number) value).longValue());
        }
    }

    // ---- as JSON

    private Elements json() {
        Elements made = json;
        if (made == null) {
            made = binding.converted(this::writeTo);
            json = made;
        }
        return made;
    }

    private void writeTo(AttachmentWriter writer) throws IOException {
        writer.beginArray();
        MessagePackReader reader = new MessagePackReader(bytes, bounds[0]);
        for (int i = 0; i < size(); i++) {
            reader.writeTo(writer);
        }
        writer.endArray();
    }

    @Override
    public String json(int index) {
        return json().json(index);
    }

    @Override
    public String array() {
        return json().array();
    }

    @Override
    public List<ByteBuffer> attachments() {
        return json().attachments();
    }

    @Override
    public <T> @Nullable T get(int index, TypeToken<T> type) {
        return json().get(index, type);
    }

    @Override
    public String expected(TypeToken<?> type) {
        return json().expected(type);
    }

    @Override
    @Nullable
    Object renumbered(int index, int first) throws IOException {
        return json().renumbered(index, first);
    }

    @Override
    public String toString() {
        return "Elements of " + bytes() + " bytes"; // not the values: logs show no payload
    }
}
