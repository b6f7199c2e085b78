package io.gangway.protocol;

import io.gangway.connection.Frame;

/**
 * The wire protocol of one kind of client: reads its messages into packets, and writes packets into frames. It knows no
 * sockets; all clients of a kind share one codec. Thread-safe.
 *
 * <p>As a {@link PacketReader} it reads the first message of each packet.
 */
public interface PacketCodec extends PacketReader {
    /** The ack id of an event that requests no ack. */
    long NO_ACK = -1;

    /**
     * Writes a packet; all its receivers with this codec share the frame.
     *
     * @throws IllegalArgumentException if a value cannot be written
     */
    Frame encode(Packet packet);

    /** The same protocol for clients that can recover: events end in their {@linkplain Emission#placeAt offsets}. */
    default PacketCodec withOffsets() {
        return this;
    }
}
