package io.gangway.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Socket.IO packet on its way out. What comes in is a {@link PacketCodec.Header} and {@link Elements}.
 *
 * <p>Values are whatever Gson writes; {@code byte[]} and {@link java.nio.ByteBuffer}, at any depth, leave as attachments,
 * and {@link Elements} that came in leave as they are.
 */
public sealed interface Packet {
    String namespace();

    /** The client has joined: its socket's id. */
    record Connect(String namespace, String socketId) implements Packet {}

    /** The client may not join. */
    record ConnectError(
            String namespace, String message, @Nullable Object data) implements Packet {
        Map<String, Object> body() {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("message", message);
            if (data != null) {
                body.put("data", data);
            }
            return body;
        }
    }

    /** The client's socket has left the namespace. */
    record Disconnect(String namespace) implements Packet {}

    /**
     * An event for the client's handler of that name.
     *
     * @param ackId what the client's answer has to carry, or {@link PacketCodec#NO_ACK}
     */
    record Event(String namespace, long ackId, String name, List<?> arguments) implements Packet {}

    /** The answer to the client's event with this id. */
    record Ack(String namespace, long ackId, List<?> values) implements Packet {}
}
