package io.gangway.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Socket.IO packet to be sent. Packets from clients are {@link ReceivedPacket}s. */
public sealed interface Packet permits Packet.Connect, Packet.ConnectError, Packet.Disconnect, Packet.Ack, Emission {
    String namespace();

    /**
     * The client has joined.
     *
     * @param socketId its socket's id
     * @param privateId the secret by which it gets its session back; null if it cannot
     */
    record Connect(
            String namespace, String socketId, @Nullable String privateId) implements Packet {
        public Connect(String namespace, String socketId) {
            this(namespace, socketId, null);
        }

        /** Shows no secret. */
        @Override
        public String toString() {
            return "Connect[" + namespace + ", " + socketId + "]";
        }
    }

    /**
     * The client may not join.
     *
     * @param data any value that Gson writes; null for none
     */
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

    /** The ack for the client's event with this id. */
    record Ack(String namespace, long ackId, Elements values, Outcome outcome) implements Packet {
        public Ack(String namespace, long ackId, Elements values) {
            this(namespace, ackId, values, Outcome.DONE);
        }
    }

    /** Whether an ack reports success; only some protocols tell the client. */
    enum Outcome {
        DONE,
        /** The ack's one value describes the failure. */
        FAILED
    }
}
