package io.gangway.protocol;

import java.nio.ByteBuffer;

/**
 * Reads a client's messages, which the transport delivers as text or binary. Runs on I/O threads: reads headers only, and
 * leaves a packet's payload for later.
 */
public interface PacketReader {
    /** The packet that this message begins or continues. */
    ReceivedPacket text(String message) throws MalformedPacketException;

    /** The packet that this message begins or continues; the packet keeps the buffer. */
    ReceivedPacket binary(ByteBuffer message) throws MalformedPacketException;
}
