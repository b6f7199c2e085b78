package io.gangway.protocol;

/** The type bytes of MessagePack, and how notepack.io, the encoder of Socket.IO's clients, uses extensions. */
final class MessagePack {
    static final int FIXMAP = 0x80;
    static final int FIXARRAY = 0x90;
    static final int FIXSTR = 0xa0;
    static final int NIL = 0xc0;
    static final int FALSE = 0xc2;
    static final int TRUE = 0xc3;
    static final int BIN8 = 0xc4;
    static final int BIN16 = 0xc5;
    static final int BIN32 = 0xc6;
    static final int EXT8 = 0xc7;
    static final int EXT16 = 0xc8;
    static final int EXT32 = 0xc9;
    static final int FLOAT32 = 0xca;
    static final int FLOAT64 = 0xcb;
    static final int UINT8 = 0xcc;
    static final int UINT16 = 0xcd;
    static final int UINT32 = 0xce;
    static final int UINT64 = 0xcf;
    static final int INT8 = 0xd0;
    static final int INT16 = 0xd1;
    static final int INT32 = 0xd2;
    static final int INT64 = 0xd3;
    static final int FIXEXT1 = 0xd4;
    static final int FIXEXT2 = 0xd5;
    static final int FIXEXT4 = 0xd6;
    static final int FIXEXT8 = 0xd7;
    static final int FIXEXT16 = 0xd8;
    static final int STR8 = 0xd9;
    static final int STR16 = 0xda;
    static final int STR32 = 0xdb;
    static final int ARRAY16 = 0xdc;
    static final int ARRAY32 = 0xdd;
    static final int MAP16 = 0xde;
    static final int MAP32 = 0xdf;
    private static final int NEGATIVE_FIXINT = 0xe0;

    /**
     * notepack.io's extension type: of one byte it is {@code undefined}, of eight a Date in milliseconds, and of a length
     * that is written out an ArrayBuffer.
     */
    static final int NOTEPACK = 0;

    private MessagePack() {}

    static boolean isFixedInteger(int head) {
        return head < FIXMAP || head >= NEGATIVE_FIXINT;
    }

    static boolean isFixedMap(int head) {
        return head >= FIXMAP && head < FIXARRAY;
    }

    static boolean isFixedArray(int head) {
        return head >= FIXARRAY && head < FIXSTR;
    }

    static boolean isMap(int head) {
        return isFixedMap(head) || head == MAP16 || head == MAP32;
    }

    static boolean isArray(int head) {
        return isFixedArray(head) || head == ARRAY16 || head == ARRAY32;
    }

    static boolean isFixedString(int head) {
        return head >= FIXSTR && head < NIL;
    }

    static boolean isString(int head) {
        return isFixedString(head) || (head >= STR8 && head <= STR32);
    }

    /** A big-endian integer of {@code width} bytes; of eight bytes, its 64 bits. */
    static long unsigned(byte[] bytes, int at, int width) {
        long value = 0;
        for (int i = at; i < at + width; i++) {
            value = (value << 8) | (bytes[i] & 0xff);
        }
        return value;
    }
}
