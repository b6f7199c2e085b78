package io.gangway.redis.wire;

import io.gangway.cluster.Payload;

/** The Socket.IO packet in which a broadcast carries its event: {@code {type, data}}. */
final class EventPacket {
    /** The type of a packet that carries one, also with binary data: each node encodes it anew for its clients. */
    static final int TYPE = 2;

    /** What senders before version 3 of Socket.IO's parser made of binary data. */
    private static final int BINARY_TYPE = 5;

    private EventPacket() {}

    /** The event in a packet for clients: {@code {type, data}}. */
    static Payload event(Fields packet) throws MalformedMessageException {
        int type = packet.number("type");
        if (type != TYPE && type != BINARY_TYPE) {
            throw new MalformedMessageException("a packet of type " + type + " is no event");
        }
        return packet.event("data");
    }
}
