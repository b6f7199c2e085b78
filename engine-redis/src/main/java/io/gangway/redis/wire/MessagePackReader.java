package io.gangway.redis.wire;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * Reads one MessagePack value as a plain Java value, as the JavaScript libraries write it: notepack.io, also its
 * version 2, and
 * {@code @msgpack/msgpack}. A date becomes the string that JSON.stringify makes of it; NaN and the infinities become
 * null.
 *
 * <p>Allocates no more than the bytes present need, whatever lengths they announce. Confined to one call.
 */
class MessagePackReader {
    /** How deeply lists and maps may be nested in the application's values. */
    static final int MAX_DEPTH = 64;

    /**
     * With the lists and maps of the message around them; most are around a socket's data: body, data, sockets,
     * socket.
     */
    private static final int MAX_DEPTH_OF_MESSAGE = MAX_DEPTH + 4;

    private static final byte TIMESTAMP = -1;
    /** The extension that notepack.io used for undefined, dates and binary data before version 3. */
    private static final byte LEGACY = 0;

    /** The buffer, 16 KB by default, is only used for strings that are split, which they are not in one array. */
    private static final MessagePack.UnpackerConfig CONFIG =
            new MessagePack.UnpackerConfig().withStringDecoderBufferSize(64);

    private final int length;
    private final MessageUnpacker in;

    MessagePackReader(byte[] body) {
        length = body.length;
        in = CONFIG.newUnpacker(body);
    }

    /**
     * Reads the value that is the whole body.
     *
     * @throws MalformedMessageException if the body is not exactly one value
     */
    static @Nullable Object read(byte[] body) throws MalformedMessageException {
        return new MessagePackReader(body).whole();
    }

    @Nullable
    Object whole() throws MalformedMessageException {
        try {
            Object value = value(0);
            if (remaining() != 0) {
                throw new MalformedMessageException("the MessagePack value is followed by more bytes");
            }
            return value;
        } catch (IOException | MessagePackException unreadable) {
            throw new MalformedMessageException("the body is not valid MessagePack", unreadable);
        }
    }

    /** What a date is read as. */
    @Nullable
    Object date(long epochSecond, int nanos) {
        return JavaScriptDate.json(epochSecond, nanos);
    }

    /** What a floating-point number is read as. */
    @Nullable
    Object number(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private @Nullable Object value(int depth) throws IOException, MalformedMessageException {
        MessageFormat format = in.getNextFormat();
        return switch (format) {
            case FIXSTR, STR8, STR16, STR32 -> in.unpackString();
            case POSFIXINT, NEGFIXINT, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> in.unpackLong();
            case UINT64 -> unsigned(in.unpackBigInteger());
            case FIXMAP, MAP16, MAP32 -> map(depth + 1);
            case FIXARRAY, ARRAY16, ARRAY32 -> list(depth + 1);
            case NIL -> nothing();
            case BOOLEAN -> in.unpackBoolean();
            case FLOAT32, FLOAT64 -> number(in.unpackDouble());
            case BIN8, BIN16, BIN32 -> bytes(in.unpackBinaryHeader());
            case FIXEXT1, FIXEXT2, FIXEXT4, FIXEXT8, FIXEXT16, EXT8, EXT16, EXT32 -> extension(format);
            case NEVER_USED ->
                throw new MalformedMessageException("the body is not valid MessagePack: it holds the byte c1");
        };
    }

    private @Nullable Object nothing() throws IOException {
        in.unpackNil();
        return null;
    }

    private static Object unsigned(BigInteger value) {
        if (value.bitLength() < Long.SIZE) {
            return value.longValue();
        }
        return value.doubleValue();
    }

    private List<@Nullable Object> list(int depth) throws IOException, MalformedMessageException {
        int size = in.unpackArrayHeader();
        enter(depth, size);
        List<@Nullable Object> list = new ArrayList<>(Math.min(size, 16));
        for (int i = 0; i < size; i++) {
            list.add(value(depth));
        }
        return Collections.unmodifiableList(list);
    }

    private Map<String, @Nullable Object> map(int depth) throws IOException, MalformedMessageException {
        int size = in.unpackMapHeader();
        enter(depth, 2L * size);
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            String name = name(value(depth));
            map.put(name, value(depth));
        }
        return Collections.unmodifiableMap(map);
    }

    /** JavaScript's property names are strings; other plain keys are converted. */
    private static String name(@Nullable Object key) throws MalformedMessageException {
        if (key instanceof String text) {
            return text;
        }
        if (key instanceof Long || key instanceof Double || key instanceof Boolean || key == null) {
            return PlainJson.write(key);
        }
        throw new MalformedMessageException("the key of a map is a list, a map or binary data");
    }

    /** Every element takes at least one byte: a longer list than there are bytes is refused before it is read. */
    private void enter(int depth, long elements) throws MalformedMessageException {
        if (depth > MAX_DEPTH_OF_MESSAGE) {
            throw new MalformedMessageException(
                    "the MessagePack value is nested more than " + MAX_DEPTH_OF_MESSAGE + " deep");
        }
        if (elements > remaining()) {
            throw new MalformedMessageException("a list or map announces more elements than there are bytes");
        }
    }

    private byte[] bytes(int size) throws IOException, MalformedMessageException {
        if (size > remaining()) {
            throw new MalformedMessageException("binary data or an extension announces more bytes than there are");
        }
        return in.readPayload(size);
    }

    private long remaining() {
        return length - in.getTotalReadBytes();
    }

    private @Nullable Object extension(MessageFormat format) throws IOException, MalformedMessageException {
        ExtensionTypeHeader header = in.unpackExtensionTypeHeader();
        int size = header.getLength();
        if (header.getType() == TIMESTAMP && (size == 4 || size == 8 || size == 12)) {
            return timestamp(size);
        }
        if (header.getType() == LEGACY) {
            return legacy(format, bytes(size));
        }
        throw new MalformedMessageException("unknown MessagePack extension " + header.getType());
    }

    private @Nullable Object legacy(MessageFormat format, byte[] bytes) throws MalformedMessageException {
        return switch (format) {
            case FIXEXT1 -> null; // undefined
            case FIXEXT8 -> {
                long millis = number(bytes, 0, 8);
                yield date(Math.floorDiv(millis, 1000L), Math.floorMod(millis, 1000) * 1_000_000);
            }
            case EXT8, EXT16, EXT32 -> bytes;
            default -> throw new MalformedMessageException("unknown MessagePack extension 0");
        };
    }

    /** Extension -1 of the MessagePack specification: seconds in 4 bytes; nanoseconds and seconds in 8 or in 12. */
    private @Nullable Object timestamp(int size) throws IOException, MalformedMessageException {
        byte[] bytes = bytes(size);
        long seconds;
        long nanos;
        if (size == 4) {
            seconds = number(bytes, 0, 4);
            nanos = 0;
        } else if (size == 8) {
            long packed = number(bytes, 0, 8);
            seconds = packed & 0x3_ffff_ffffL;
            nanos = packed >>> 34;
        } else {
            nanos = number(bytes, 0, 4);
            seconds = number(bytes, 4, 8);
        }
        if (nanos > 999_999_999) {
            throw new MalformedMessageException("a timestamp has more than 999999999 nanoseconds");
        }
        return date(seconds, (int) nanos);
    }

    private static long number(byte[] bytes, int from, int size) {
        long number = 0;
        for (int i = from; i < from + size; i++) {
            number = (number << 8) | (bytes[i] & 0xff);
        }
        return number;
    }
}
