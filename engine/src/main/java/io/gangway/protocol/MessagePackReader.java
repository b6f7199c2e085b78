package io.gangway.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes MessagePack that {@link MessagePackScan} has accepted. Confined to its thread. */
final class MessagePackReader {
    /** The longest time of JavaScript, in milliseconds before and after 1970; a Date beyond it is invalid. */
    private static final long MAX_DATE = 8_640_000_000_000_000L;

    /** What a value is. */
    enum Kind {
        NULL,
        BOOLEAN,
        INTEGER,
        /** An integer beyond Long.MAX_VALUE. */
        UNSIGNED,
        FLOAT,
        STRING,
        BINARY,
        ARRAY,
        MAP,
        UNDEFINED,
        DATE,
        /** An extension of a type unknown to Socket.IO's clients. */
        EXTENSION
    }

    private final byte[] bytes;
    private int at;

    // About the value read last:
    private long number;
    private double fraction;
    private int from;
    private int length;
    private int extension;

    MessagePackReader(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    /** Where the next value begins. */
    int at() {
        return at;
    }

    /** Where the data of the string, binary data or extension read last begins. */
    int from() {
        return from;
    }

    /** The length of the string, binary data or extension read last; the size of the array or map. */
    int length() {
        return length;
    }

    /** The value of the integer read last. */
    long number() {
        return number;
    }

    /** The value of the float read last. */
    double fraction() {
        return fraction;
    }

    /** Reads one value; of an array or map only its size. */
    Kind next() {
        int head = bytes[at++] & 0xff;
        if (MessagePack.isFixedInteger(head)) {
            return integer((byte) head);
        } else if (MessagePack.isFixedMap(head)) {
            length = head & 0x0f;
            return Kind.MAP;
        } else if (MessagePack.isFixedArray(head)) {
            length = head & 0x0f;
            return Kind.ARRAY;
        } else if (MessagePack.isFixedString(head)) {
            return data(Kind.STRING, head & 0x1f);
        }
        return switch (head) {
            case MessagePack.NIL -> Kind.NULL;
            case MessagePack.FALSE, MessagePack.TRUE -> {
                number = head == MessagePack.TRUE ? 1 : 0;
                yield Kind.BOOLEAN;
            }
            case MessagePack.BIN8, MessagePack.BIN16, MessagePack.BIN32 ->
                data(Kind.BINARY, (int) unsigned(1 << (head - MessagePack.BIN8)));
            case MessagePack.EXT8, MessagePack.EXT16, MessagePack.EXT32 -> {
                int size = (int) unsigned(1 << (head - MessagePack.EXT8));
                extension = bytes[at++];
                yield data(extension == MessagePack.NOTEPACK ? Kind.BINARY : Kind.EXTENSION, size);
            }
            case MessagePack.FLOAT32 -> {
                fraction = Float.intBitsToFloat((int) unsigned(4));
                yield Kind.FLOAT;
            }
            case MessagePack.FLOAT64 -> {
                fraction = Double.longBitsToDouble(unsigned(8));
                yield Kind.FLOAT;
            }
            case MessagePack.UINT8, MessagePack.UINT16, MessagePack.UINT32 ->
                integer(unsigned(1 << (head - MessagePack.UINT8)));
            case MessagePack.UINT64 -> {
                number = unsigned(8);
                yield number < 0 ? Kind.UNSIGNED : Kind.INTEGER;
            }
            case MessagePack.INT8 -> integer((byte) unsigned(1));
            case MessagePack.INT16 -> integer((short) unsigned(2));
            case MessagePack.INT32 -> {
                int signed = (int) unsigned(4);
                yield integer(signed);
            }
            case MessagePack.INT64 -> integer(unsigned(8));
            case MessagePack.FIXEXT1,
                    MessagePack.FIXEXT2,
                    MessagePack.FIXEXT4,
                    MessagePack.FIXEXT8,
                    MessagePack.FIXEXT16 -> {
                extension = bytes[at++];
                yield fixed(head);
            }
            case MessagePack.STR8, MessagePack.STR16, MessagePack.STR32 ->
                data(Kind.STRING, (int) unsigned(1 << (head - MessagePack.STR8)));
            case MessagePack.ARRAY16, MessagePack.ARRAY32 -> {
                length = (int) unsigned(head == MessagePack.ARRAY16 ? 2 : 4);
                yield Kind.ARRAY;
            }
            case MessagePack.MAP16, MessagePack.MAP32 -> {
                length = (int) unsigned(head == MessagePack.MAP16 ? 2 : 4);
                yield Kind.MAP;
            }
            default -> throw new IllegalStateException("not scanned: type byte " + head);
        };
    }

    private Kind fixed(int head) {
        if (extension == MessagePack.NOTEPACK && head == MessagePack.FIXEXT1) {
            return data(Kind.UNDEFINED, 1);
        } else if (extension == MessagePack.NOTEPACK && head == MessagePack.FIXEXT8) {
            number = unsigned(8);
            return Kind.DATE;
        }
        return data(Kind.EXTENSION, 1 << (head - MessagePack.FIXEXT1));
    }

    private Kind integer(long value) {
        number = value;
        return Kind.INTEGER;
    }

    private Kind data(Kind kind, int size) {
        from = at;
        length = size;
        at += size;
        return kind;
    }

    private long unsigned(int width) {
        long value = MessagePack.unsigned(bytes, at, width);
        at += width;
        return value;
    }

    private String text() {
        return new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    /** The date read last, as JSON.stringify writes it; null if it is invalid. */
    private @Nullable String date() {
        return number < -MAX_DATE || number > MAX_DATE ? null : Times.written(number);
    }

    private boolean isNumber() {
        return Double.isFinite(fraction);
    }

    // ---- as plain Java

    /** The next value as plain Java: String, Long, Double, Boolean, Map, List, byte[] or null. */
    @Nullable
    Object plain() {
        return plain(next());
    }

    private @Nullable Object plain(Kind kind) {
        return switch (kind) {
            case NULL, UNDEFINED -> null;
            case BOOLEAN -> number == 1;
            case INTEGER -> number;
            case UNSIGNED -> Double.valueOf(Long.toUnsignedString(number));
            case FLOAT -> isNumber() ? (Double) fraction : null;
            case STRING -> text();
            case BINARY -> copy();
            case DATE -> date();
            case EXTENSION -> new ArrayList<Object>(List.of((long) extension, copy()));
            case ARRAY -> {
                int size = length;
                List<@Nullable Object> list = new ArrayList<>(size);
                for (int i = 0; i < size; i++) {
                    list.add(plain());
                }
                yield list;
            }
            case MAP -> map();
        };
    }

    /** An entry whose value is undefined is as absent as in JSON. If a key is repeated, the last value counts. */
    private Map<String, @Nullable Object> map() {
        int size = length;
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            next();
            String key = text();
            Kind kind = next();
            if (kind != Kind.UNDEFINED) {
                map.put(key, plain(kind));
            }
        }
        return map;
    }

    private byte[] copy() {
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    // ---- as JSON

    /** Writes the next value as JSON; binary data are attachments that share these bytes. */
    void writeTo(AttachmentWriter json) throws IOException {
        write(next(), json);
    }

    private void write(Kind kind, AttachmentWriter json) throws IOException {
        switch (kind) {
            case NULL, UNDEFINED -> json.nullValue();
            case BOOLEAN -> json.value(number == 1);
            case INTEGER -> json.value(number);
            case UNSIGNED -> json.copy(Long.toUnsignedString(number));
            case FLOAT -> {
                if (isNumber()) {
                    json.value(fraction);
                } else {
                    json.nullValue();
                }
            }
            case STRING -> json.value(text());
            case BINARY -> json.attach(slice());
            case DATE -> json.value(date());
            case EXTENSION -> {
                json.beginArray();
                json.value(extension);
                json.attach(slice());
                json.endArray();
            }
            case ARRAY -> {
                int size = length;
                json.beginArray();
                for (int i = 0; i < size; i++) {
                    writeTo(json);
                }
                json.endArray();
            }
            case MAP -> {
                int size = length;
                json.beginObject();
                for (int i = 0; i < size; i++) {
                    next();
                    String key = text();
                    Kind value = next();
                    if (value != Kind.UNDEFINED) {
                        json.name(key);
                        write(value, json);
                    }
                }
                json.endObject();
            }
        }
    }

    private ByteBuffer slice() {
        return ByteBuffer.wrap(bytes, from, length).slice().asReadOnlyBuffer();
    }
}
