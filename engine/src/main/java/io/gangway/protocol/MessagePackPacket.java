package io.gangway.protocol;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A MessagePack packet from a client: one binary message. */
final class MessagePackPacket implements ReceivedPacket {
    private final JsonBinding binding;
    private final Type type;
    private final String namespace;
    private final long ackId;
    private final byte[] bytes;
    private final int data;
    private final int end;

    /**
     * @param data where the data begin; a negative number if there are none
     * @param end where the data end
     */
    MessagePackPacket(JsonBinding binding, Type type, String namespace, long ackId, byte[] bytes, int data, int end) {
        this.binding = binding;
        this.type = type;
        this.namespace = namespace;
        this.ackId = ackId;
        this.bytes = bytes;
        this.data = data;
        this.end = end;
    }

    @Override
    public Type type() {
        return type;
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public long ackId() {
        return ackId;
    }

    @Override
    public @Nullable PacketReader rest() {
        return null;
    }

    @Override
    public boolean isEmpty() {
        return data < 0;
    }

    @Override
    public int size() {
        return bytes.length;
    }

    @Override
    public long decodedSize() {
        return isEmpty() ? 0 : Decoded.sizeOf(bytes, data, end);
    }

    /** It is complete already, so nothing of it is counted any more. */
    @Override
    public ReceivedPacket dropped() {
        return this;
    }

    @Override
    public Map<String, Object> auth() throws MalformedPacketException {
        if (isEmpty()) {
            return Map.of();
        }
        MessagePackScan.requireSound(bytes, data, end, 0);
        @SuppressWarnings("unchecked") // the header's check: the data of a CONNECT are a map
        Map<String, Object> auth =
                (Map<String, Object>) Objects.requireNonNull(new MessagePackReader(bytes, data).plain());
        return auth;
    }

    @Override
    public Elements event() throws MalformedPacketException {
        Elements elements = MessagePackElements.of(binding, bytes, data, end);
        binding.requireName(elements);
        return elements;
    }

    @Override
    public Elements ack() throws MalformedPacketException {
        return MessagePackElements.of(binding, bytes, data, end);
    }

    @Override
    public String toString() {
        return type + " packet of " + bytes.length + " bytes"; // not the bytes: logs show no payload
    }
}
