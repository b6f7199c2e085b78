package io.gangway.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client's request to join the namespace of its route, which its handshake implies. */
record PlainConnect(Map<String, Object> auth) implements ReceivedPacket {
    @Override
    public Type type() {
        return Type.CONNECT;
    }

    @Override
    public String namespace() {
        return "";
    }

    @Override
    public long ackId() {
        return PacketCodec.NO_ACK;
    }

    @Override
    public @Nullable PacketReader rest() {
        return null;
    }

    @Override
    public boolean isEmpty() {
        return true;
    }

    @Override
    public int size() {
        return 0;
    }

    @Override
    public Elements event() throws MalformedPacketException {
        throw new MalformedPacketException("a CONNECT has no event");
    }

    @Override
    public Elements ack() throws MalformedPacketException {
        throw new MalformedPacketException("a CONNECT has no ack");
    }

    @Override
    public String toString() {
        return "CONNECT of a plain client"; // not the auth payload: logs show no tokens
    }

    @Override
    public long decodedSize() {
        return 0;
    }

    @Override
    public ReceivedPacket dropped() {
        return this;
    }
}
