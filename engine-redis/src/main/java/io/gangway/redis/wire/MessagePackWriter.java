package io.gangway.redis.wire;

import io.gangway.cluster.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/**
 * Writes plain Java values as MessagePack that the JavaScript libraries read as the same values. Integers take as few
 * bytes as possible, also those held by a double, as all are in JavaScript. A {@link Payload} is written as its
 * value.
 *
 * <p>Confined to one call.
 */
final class MessagePackWriter {
    private static final MessagePack.PackerConfig CONFIG = new MessagePack.PackerConfig().withBufferSize(512);

    private final MessageBufferPacker out;

    private MessagePackWriter(MessageBufferPacker out) {
        this.out = out;
    }

    /** @throws IllegalArgumentException if a value is not plain, or is nested too deeply */
    static byte[] write(@Nullable Object value) {
        try (MessageBufferPacker out = CONFIG.newBufferPacker()) {
            new MessagePackWriter(out).value(value, 0);
            return out.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // the bytes are in memory
        }
    }

    private void value(@Nullable Object value, int depth) throws IOException {
        if (value instanceof String text) {
            text(text);
        } else if (value == null) {
            out.packNil();
        } else if (value instanceof Integer
                || value instanceof Long
                || value instanceof Short
                || value instanceof Byte) {
            out.packLong(((Number) value).longValue());
        } else if (value instanceof Double || value instanceof Float) {
            number(((Number) value).doubleValue());
        } else if (value instanceof Boolean bool) {
            out.packBoolean(bool);
        } else if (value instanceof Map<?, ?> map) {
            map(map, nested(depth));
        } else if (value instanceof Collection<?> list) {
            list(list, nested(depth));
        } else if (value instanceof byte[] bytes) {
            out.packBinaryHeader(bytes.length);
            out.writePayload(bytes);
        } else if (value instanceof Payload payload) {
            value(payload.value(), 0);
        } else if (value instanceof Instant instant) {
            out.packTimestamp(instant.truncatedTo(ChronoUnit.MILLIS));
        } else {
            throw PlainValues.notPlain(value);
        }
    }

    private static int nested(int depth) {
        if (depth == MessagePackReader.MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "the value is nested more than " + MessagePackReader.MAX_DEPTH + " deep, which other nodes refuse");
        }
        return depth + 1;
    }

    private void text(String text) throws IOException {
        byte[] utf8 = Utf8.bytes(text);
        out.packRawStringHeader(utf8.length);
        out.writePayload(utf8);
    }

    private void number(double number) throws IOException {
        if (number == Math.rint(number) && Math.abs(number) <= PlainValues.MAX_EXACT) {
            out.packLong((long) number);
        } else {
            out.packDouble(number);
        }
    }

    private void list(Collection<?> list, int depth) throws IOException {
        out.packArrayHeader(list.size());
        for (Object element : list) {
            value(element, depth);
        }
    }

    private void map(Map<?, ?> map, int depth) throws IOException {
        out.packMapHeader(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text(PlainValues.name(entry.getKey()));
            value(entry.getValue(), depth);
        }
    }
}
