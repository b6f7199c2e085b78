package io.gangway.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes MessagePack: whole numbers in as few bytes as possible, as notepack.io does. Confined to its thread. */
final class MessagePackWriter {
    private static final int MAX_FIXED_STRING = 31;
    private static final int MAX_FIXED_ITEMS = 15;
    /** The largest array of the JVM. */
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    private byte[] bytes;
    private int size;

    /** The first half of a surrogate pair whose second half may be appended next; 0 if there is none. */
    private char pending;

    MessagePackWriter(int capacity) {
        this.bytes = new byte[capacity];
    }

    int size() {
        return size;
    }

    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    /** What has been written, not copied; nothing may be written afterwards. */
    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, size).slice();
    }

    private void reserve(int more) {
        if (more > bytes.length - size) {
            long needed = (long) size + more;
            if (needed > MAX_BYTES) {
                throw new IllegalArgumentException("a MessagePack packet of more than " + MAX_BYTES + " bytes");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_BYTES, Math.max(needed, 2L * bytes.length)));
        }
    }

    private void putByte(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    /** A type byte, then a big-endian integer of {@code width} bytes. */
    private void put(int head, long value, int width) {
        reserve(1 + width);
        bytes[size++] = (byte) head;
        for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >> shift);
        }
    }

    void writeNull() {
        putByte(MessagePack.NIL);
    }

    void write(boolean value) {
        putByte(value ? MessagePack.TRUE : MessagePack.FALSE);
    }

    void write(long value) {
        if (value >= 0) {
            if (value < 0x80) {
                putByte((int) value);
            } else if (value <= 0xff) {
                put(MessagePack.UINT8, value, 1);
            } else if (value <= 0xffff) {
                put(MessagePack.UINT16, value, 2);
            } else if (value <= 0xffff_ffffL) {
                put(MessagePack.UINT32, value, 4);
            } else {
                put(MessagePack.UINT64, value, 8);
            }
        } else if (value >= -0x20) {
            putByte((int) value);
        } else if (value >= Byte.MIN_VALUE) {
            put(MessagePack.INT8, value, 1);
        } else if (value >= Short.MIN_VALUE) {
            put(MessagePack.INT16, value, 2);
        } else if (value >= Integer.MIN_VALUE) {
            put(MessagePack.INT32, value, 4);
        } else {
            put(MessagePack.INT64, value, 8);
        }
    }

    /** An integer of 64 bits without a sign. */
    void writeUnsigned(long value) {
        put(MessagePack.UINT64, value, 8);
    }

    void write(double value) {
        put(MessagePack.FLOAT64, Double.doubleToLongBits(value), 8);
    }

    void write(ByteBuffer binary) {
        int length = binary.remaining();
        if (length <= 0xff) {
            put(MessagePack.BIN8, length, 1);
        } else if (length <= 0xffff) {
            put(MessagePack.BIN16, length, 2);
        } else {
            put(MessagePack.BIN32, length, 4);
        }
        reserve(length);
        binary.duplicate().get(bytes, size, length);
        size += length;
    }

    /** Bytes that are MessagePack already. */
    void copy(byte[] source, int from, int to) {
        reserve(to - from);
        System.arraycopy(source, from, bytes, size, to - from);
        size += to - from;
    }

    // ---- strings

    /** An unpaired surrogate becomes U+FFFD. */
    void write(String text) {
        int start = begin(text.length());
        for (int i = 0; i < text.length(); i++) {
            append(text.charAt(i));
        }
        endString(start);
    }

    /** Begins a string of at least so many bytes, which {@link #append} writes; returns what {@link #endString} takes. */
    int begin(int length) {
        reserve(length + 1);
        size++;
        return size - 1;
    }

    /** The next UTF-16 unit of the string. */
    void append(char c) {
        if (c < 0x80) {
            putByte(c);
        } else if (c < 0x800) {
            reserve(2);
            bytes[size++] = (byte) (0xc0 | (c >> 6));
            bytes[size++] = continuation(c);
        } else if (Character.isLowSurrogate(c) && pending != 0) {
            int code = Character.toCodePoint(pending, c);
            pending = 0;
            size -= 3; // the U+FFFD in place of the first half
            reserve(4);
            bytes[size++] = (byte) (0xf0 | (code >> 18));
            bytes[size++] = continuation(code >> 12);
            bytes[size++] = continuation(code >> 6);
            bytes[size++] = continuation(code);
            return;
        } else {
            char sound = Character.isSurrogate(c) ? '\uFFFD' : c;
            reserve(3);
            bytes[size++] = (byte) (0xe0 | (sound >> 12));
            bytes[size++] = continuation(sound >> 6);
            bytes[size++] = continuation(sound);
        }
        pending = Character.isHighSurrogate(c) ? c : 0;
    }

    private static byte continuation(int bits) {
        return (byte) (0x80 | (bits & 0x3f));
    }

    void endString(int start) {
        pending = 0;
        int length = size - start - 1;
        if (length <= MAX_FIXED_STRING) {
            bytes[start] = (byte) (MessagePack.FIXSTR | length);
        } else if (length <= 0xff) {
            insert(start, MessagePack.STR8, length, 1);
        } else {
            insertLong(start, MessagePack.STR16, MessagePack.STR32, length);
        }
    }

    // ---- arrays and maps

    void beginArray(int items) {
        header(MessagePack.FIXARRAY, MessagePack.ARRAY16, MessagePack.ARRAY32, items);
    }

    void beginMap(int entries) {
        header(MessagePack.FIXMAP, MessagePack.MAP16, MessagePack.MAP32, entries);
    }

    private void header(int fixed, int head16, int head32, int items) {
        int start = begin(0);
        end(start, fixed, head16, head32, items);
    }

    /** Begins an array or map whose size is not known yet; returns what its end takes. */
    int begin() {
        return begin(0);
    }

    void endArray(int start, int items) {
        end(start, MessagePack.FIXARRAY, MessagePack.ARRAY16, MessagePack.ARRAY32, items);
    }

    void endMap(int start, int entries) {
        end(start, MessagePack.FIXMAP, MessagePack.MAP16, MessagePack.MAP32, entries);
    }

    private void end(int start, int fixed, int head16, int head32, int items) {
        if (items <= MAX_FIXED_ITEMS) {
            bytes[start] = (byte) (fixed | items);
        } else {
            insertLong(start, head16, head32, items);
        }
    }

    private void insertLong(int start, int head16, int head32, int length) {
        if (length <= 0xffff) {
            insert(start, head16, length, 2);
        } else {
            insert(start, head32, length, 4);
        }
    }

    /** Replaces the one byte at {@code start} by a type byte and a length, which shifts what follows. */
    private void insert(int start, int head, int length, int width) {
        reserve(width);
        System.arraycopy(bytes, start + 1, bytes, start + 1 + width, size - start - 1);
        int end = size + width;
        size = start;
        put(head, length, width);
        size = end;
    }

    /** Forgets what has been written from {@code start}. */
    void truncate(int start) {
        size = start;
    }

    /** Whether exactly these bytes have been written from {@code start}. */
    boolean equalsFrom(int start, byte[] expected) {
        return Arrays.equals(bytes, start, size, expected, 0, expected.length);
    }
}
