package io.gangway.protocol;

import io.gangway.connection.Account;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Socket.IO v5 packet from a client: a text message, and the binary attachments that follow it, which it reads
 * itself.
 */
final class SocketIoPacket implements ReceivedPacket, PacketReader {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final JsonBinding binding;
    private final Type type;
    private final String namespace;
    private final long ackId;
    private final String text;
    private final int body;
    private final int announced;
    /** Modified only by the thread that reads from the connection, until the packet is complete. */
    private final List<ByteBuffer> attachments;
    /** Whether attachments are only counted. */
    private boolean dropped;

    /**
     * @param body where the JSON begins in the text; the text's length if there is none
     * @param announced how many attachments follow
     */
    SocketIoPacket(JsonBinding binding, Type type, String namespace, long ackId, String text, int body, int announced) {
        this.binding = binding;
        this.type = type;
        this.namespace = namespace;
        this.ackId = ackId;
        this.text = text;
        this.body = body;
        this.announced = announced;
        this.attachments = announced == 0 ? List.of() : new ArrayList<>(announced);
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

    int body() {
        return body;
    }

    int announced() {
        return announced;
    }

    // ---- its attachments

    @Override
    public @Nullable PacketReader rest() {
        return attachments.size() < announced ? this : null;
    }

    @Override
    public ReceivedPacket text(String message) throws MalformedPacketException {
        throw new MalformedPacketException("a text message arrived instead of the announced attachments");
    }

    @Override
    public ReceivedPacket binary(ByteBuffer message) {
        attachments.add(dropped ? NOTHING : message);
        return this;
    }

    @Override
    public ReceivedPacket dropped() {
        SocketIoPacket empty = new SocketIoPacket(binding, type, namespace, ackId, "", 0, announced);
        empty.dropped = true;
        attachments.forEach(arrived -> empty.attachments.add(NOTHING));
        return empty;
    }

    // ---- its payload

    @Override
    public boolean isEmpty() {
        return body == text.length();
    }

    @Override
    public int size() {
        long size = Account.bytesOf(text);
        for (ByteBuffer attachment : attachments) {
            size += attachment.capacity();
        }
        return (int) Math.min(size, Integer.MAX_VALUE);
    }

    @Override
    public long decodedSize() {
        return Decoded.sizeOf(text, body);
    }

    @Override
    public Map<String, Object> auth() throws MalformedPacketException {
        return isEmpty() ? Map.of() : binding.object(text, body);
    }

    @Override
    public Elements event() throws MalformedPacketException {
        return binding.event(text, body, attachments);
    }

    @Override
    public Elements ack() throws MalformedPacketException {
        return isEmpty()
                ? binding.array("[]", 0, attachments) // as in Node.js
                : binding.array(text, body, attachments);
    }

    @Override
    public String toString() {
        return type + " packet of " + text.length() + " characters"; // not the text: logs show no payload
    }
}
