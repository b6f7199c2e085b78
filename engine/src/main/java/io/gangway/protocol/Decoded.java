package io.gangway.protocol;

/**
 * Estimates the heap that a payload occupies once it is decoded, from its structure: strings are held by the packet
 * already. Needs no memory itself, unlike a scan, which notes where elements are.
 */
final class Decoded {
    /** Shorter text makes few objects. */
    private static final int SHORT = 1024;

    // Measured on lists, maps and their entries as plain values.
    private static final int ELEMENT = 56;
    private static final int OBJECT = 80;
    private static final int ENTRY = 80;

    private Decoded() {}

    /** The bytes of the objects in the JSON from {@code from}; characters within strings count too, which are few. */
    static long sizeOf(String text, int from) {
        if (text.length() - from < SHORT) {
            return 0;
        }
        long bytes = 0;
        for (int i = from; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case ',', '[' -> bytes += ELEMENT;
                case '{' -> bytes += OBJECT;
                case ':' -> bytes += ENTRY;
                default -> {}
            }
        }
        return bytes;
    }

    /** The bytes of the objects in MessagePack whose structure has been checked. */
    static long sizeOf(byte[] bytes, int from, int to) {
        if (to - from < SHORT) {
            return 0;
        }
        long size = 0;
        MessagePackReader reader = new MessagePackReader(bytes, from);
        while (reader.at() < to) {
            size += reader.next() == MessagePackReader.Kind.MAP ? OBJECT + (long) ENTRY * reader.length() : ELEMENT;
        }
        return size;
    }
}
