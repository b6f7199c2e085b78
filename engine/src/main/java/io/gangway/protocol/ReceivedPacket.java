package io.gangway.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A packet from a client. Its header has been read; its payload is decoded when a method asks for it, which must happen
 * on handler threads, not on I/O threads.
 */
public interface ReceivedPacket {
    /** The types of packets. */
    enum Type {
        CONNECT,
        DISCONNECT,
        EVENT,
        ACK,
        CONNECT_ERROR
    }

    /** What the header tells; an event if the packet {@linkplain #mayBeAck may be an ack}. */
    Type type();

    /** Whether only the whole packet tells whether it is an event or an ack. */
    default boolean mayBeAck() {
        return false;
    }

    /** What the whole packet is, once it has been read for this. Thread-safe. */
    default Type readType() throws MalformedPacketException {
        return type();
    }

    String namespace();

    /** The id that links an event and its ack; {@link PacketCodec#NO_ACK} if the packet has none. */
    long ackId();

    /** The reader for this packet's remaining messages; null once the packet is complete. */
    @Nullable
    PacketReader rest();

    /** Whether the packet has no payload. */
    boolean isEmpty();

    /** The bytes of heap that the packet occupies so far, with its binary data. */
    int size();

    /**
     * An estimate of the bytes of heap that the payload occupies as objects; 0 if it is short. For JSON this can be 44
     * times its text.
     */
    long decodedSize();

    /** This packet without its payload: its remaining messages are counted, but not kept. */
    ReceivedPacket dropped();

    /** The auth payload of a CONNECT; empty if it has none. */
    Map<String, Object> auth() throws MalformedPacketException;

    /** The name of an event, then its arguments. */
    Elements event() throws MalformedPacketException;

    /** The values of an ack. */
    Elements ack() throws MalformedPacketException;
}
