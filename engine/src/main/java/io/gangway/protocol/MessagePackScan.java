package io.gangway.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Checks MessagePack from a client before anything is made of it. Allocates nothing for sound input: a declared length
 * is compared with the bytes that are left, and never used as a size.
 *
 * <p>Nesting is counted as in the same packet's JSON, to which it may be converted: binary data is an object there, its
 * placeholder.
 */
final class MessagePackScan {
    private static final char REPLACEMENT = '\uFFFD';

    private MessagePackScan() {}

    /**
     * The end of the value at {@code at}: checks its structure, but not its strings' encoding.
     *
     * @param end the end of the message
     * @param depth how deep arrays and maps may nest, including this value
     */
    static int skip(byte[] bytes, int at, int end, int depth) throws MalformedPacketException {
        int head = unsigned8(bytes, at, end);
        int next = at + 1;
        if (MessagePack.isFixedInteger(head)) {
            return next;
        } else if (head < MessagePack.FIXARRAY) {
            return entries(bytes, next, end, head & 0x0f, depth);
        } else if (head < MessagePack.FIXSTR) {
            return items(bytes, next, end, head & 0x0f, depth);
        } else if (head < MessagePack.NIL) {
            return data(next, end, head & 0x1f);
        }
        return switch (head) {
            case MessagePack.NIL, MessagePack.FALSE, MessagePack.TRUE -> next;
            case MessagePack.BIN8, MessagePack.BIN16, MessagePack.BIN32 -> {
                requireDepth(depth, 1);
                int width = 1 << (head - MessagePack.BIN8);
                yield data(next + width, end, length(bytes, next, end, width));
            }
            case MessagePack.EXT8, MessagePack.EXT16, MessagePack.EXT32 -> {
                int width = 1 << (head - MessagePack.EXT8);
                long length = length(bytes, next, end, width);
                requireDepth(depth, unsigned8(bytes, next + width, end) == MessagePack.NOTEPACK ? 1 : 2);
                yield data(next + width + 1, end, length);
            }
            case MessagePack.FLOAT32, MessagePack.UINT32, MessagePack.INT32 -> data(next, end, 4);
            case MessagePack.FLOAT64, MessagePack.UINT64, MessagePack.INT64 -> data(next, end, 8);
            case MessagePack.UINT8, MessagePack.INT8 -> data(next, end, 1);
            case MessagePack.UINT16, MessagePack.INT16 -> data(next, end, 2);
            case MessagePack.FIXEXT1,
                    MessagePack.FIXEXT2,
                    MessagePack.FIXEXT4,
                    MessagePack.FIXEXT8,
                    MessagePack.FIXEXT16 -> {
                boolean own = unsigned8(bytes, next, end) == MessagePack.NOTEPACK
                        && (head == MessagePack.FIXEXT1 || head == MessagePack.FIXEXT8);
                requireDepth(depth, own ? 0 : 2);
                yield data(next + 1, end, 1 << (head - MessagePack.FIXEXT1));
            }
            case MessagePack.STR8, MessagePack.STR16, MessagePack.STR32 -> {
                int width = 1 << (head - MessagePack.STR8);
                yield data(next + width, end, length(bytes, next, end, width));
            }
            case MessagePack.ARRAY16 -> items(bytes, next + 2, end, length(bytes, next, end, 2), depth);
            case MessagePack.ARRAY32 -> items(bytes, next + 4, end, length(bytes, next, end, 4), depth);
            case MessagePack.MAP16 -> entries(bytes, next + 2, end, length(bytes, next, end, 2), depth);
            case MessagePack.MAP32 -> entries(bytes, next + 4, end, length(bytes, next, end, 4), depth);
            default -> throw invalid("an unknown type byte");
        };
    }

    private static int items(byte[] bytes, int from, int end, long count, int depth) throws MalformedPacketException {
        requireDepth(depth, 1);
        requireCount(count, from, end);
        int at = from;
        for (long i = 0; i < count; i++) {
            at = skip(bytes, at, end, depth - 1);
        }
        return at;
    }

    private static int entries(byte[] bytes, int from, int end, long count, int depth) throws MalformedPacketException {
        requireDepth(depth, 1);
        requireCount(2 * count, from, end);
        int at = from;
        for (long i = 0; i < count; i++) {
            if (!MessagePack.isString(unsigned8(bytes, at, end))) {
                throw invalid("a map key that is no string");
            }
            at = skip(bytes, skip(bytes, at, end, 0), end, depth - 1);
        }
        return at;
    }

    /** How many entries the map at {@code at} has. */
    static long mapSize(byte[] bytes, int at, int end) throws MalformedPacketException {
        int head = unsigned8(bytes, at, end);
        if (MessagePack.isFixedMap(head)) {
            return head & 0x0f;
        }
        return switch (head) {
            case MessagePack.MAP16 -> length(bytes, at + 1, end, 2);
            case MessagePack.MAP32 -> length(bytes, at + 1, end, 4);
            default -> throw invalid("the packet is not a map");
        };
    }

    /** An unsigned integer of so many bytes. */
    private static long length(byte[] bytes, int at, int end, int width) throws MalformedPacketException {
        int unused = data(at, end, width);
        return MessagePack.unsigned(bytes, at, width);
    }

    static int unsigned8(byte[] bytes, int at, int end) throws MalformedPacketException {
        if (at >= end) {
            throw invalid("the message ends too early");
        }
        return bytes[at] & 0xff;
    }

    private static int data(int at, int end, long length) throws MalformedPacketException {
        if (length > end - at) {
            throw invalid("the message ends too early");
        }
        return at + (int) length;
    }

    static void requireCount(long count, int at, int end) throws MalformedPacketException {
        if (count > end - at) {
            throw invalid("more items are declared than bytes follow");
        }
    }

    private static void requireDepth(int left, int needed) throws MalformedPacketException {
        if (left < needed) {
            throw new MalformedPacketException("MessagePack nested too deep");
        }
    }

    static MalformedPacketException invalid(String why) {
        return new MalformedPacketException("invalid MessagePack: " + why);
    }

    /**
     * Checks a value that {@link #skip} has accepted: its strings are UTF-8, and it has no more binary data than a packet
     * may have attachments.
     *
     * @param binary the maximum number of binary values in it
     */
    static void requireSound(byte[] bytes, int from, int to, int binary) throws MalformedPacketException {
        int binaries = 0;
        MessagePackReader reader = new MessagePackReader(bytes, from);
        while (reader.at() < to) {
            switch (reader.next()) {
                case STRING -> requireUtf8(bytes, reader.from(), reader.length());
                case BINARY, EXTENSION -> binaries++;
                default -> {}
            }
        }
        if (binaries > binary) {
            throw new MalformedPacketException("illegal attachments: more than " + binary + " binary values");
        }
    }

    static void requireUtf8(byte[] bytes, int from, int length) throws MalformedPacketException {
        for (int i = from; i < from + length; i++) {
            if (bytes[i] < 0) {
                requireStrictUtf8(bytes, from, length);
                return;
            }
        }
    }

    private static void requireStrictUtf8(byte[] bytes, int from, int length) throws MalformedPacketException {
        if (new String(bytes, from, length, StandardCharsets.UTF_8).indexOf(REPLACEMENT) < 0) {
            return;
        }
        try {
            // Either the bytes are malformed, or the client sent U+FFFD itself.
            Object unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length));
        } catch (CharacterCodingException malformed) {
            throw invalid("a string that is not UTF-8");
        }
    }
}
