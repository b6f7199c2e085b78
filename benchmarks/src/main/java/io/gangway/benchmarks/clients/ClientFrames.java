package io.gangway.benchmarks.clients;

import java.nio.ByteBuffer;

/** Writes WebSocket frames as a client sends them: unfragmented and masked. */
final class ClientFrames {
    static final int TEXT = 1;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

    private ClientFrames() {}

    /** Appends a frame with the payload's first {@code length} bytes, 65,535 at most. */
    static void append(ByteBuffer out, int opcode, byte[] payload, int length) {
        out.put((byte) (0x80 | opcode));
        if (length < 126) {
            out.put((byte) (0x80 | length));
        } else if (length <= 0xffff) {
            out.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            throw new IllegalArgumentException("cannot write a frame of " + length + " bytes: the maximum is 65,535");
        }
        out.put(MASK);
        for (int i = 0; i < length; i++) {
            out.put((byte) (payload[i] ^ MASK[i & 3]));
        }
    }
}
