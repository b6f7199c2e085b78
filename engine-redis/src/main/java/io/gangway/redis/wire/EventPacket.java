package io.gangway.redis.wire;

import io.gangway.cluster.Payload;

/** The Socket.IO packet in which a broadcast carries its event: {@code {type, data}}. */
final class EventPacket {
    /** The type of an event packet, also with binary data: each node encodes the event anew for its clients. */
    static final int TYPE = 2;

    /** The type that senders before version 3 of socket.io-parser use for an event with binary data. */
    private static final int BINARY_TYPE = 5;

    private EventPacket() {}

    /** The event in the packet. */
    static Payload event(Fields packet) throws MalformedMessageException {
        int type = packet.number("type");
        if (type != TYPE && type != BINARY_TYPE) {
            throw new MalformedMessageException("the packet has type " + type + ", which is not an event");
        }
        return packet.event("data");
    }
}
