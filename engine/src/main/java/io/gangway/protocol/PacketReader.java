package io.gangway.protocol;

import java.nio.ByteBuffer;

/**
 * Reads packets from a client's text and binary messages. Runs on I/O threads, and therefore reads only a packet's
 * header; its payload is decoded later.
 */
public interface PacketReader {
    /** The packet that this message begins or continues. */
    ReceivedPacket text(String message) throws MalformedPacketException;

    /** The packet that this message begins or continues; the packet keeps the buffer. */
    ReceivedPacket binary(ByteBuffer message) throws MalformedPacketException;
}
