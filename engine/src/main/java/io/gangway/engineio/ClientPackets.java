package io.gangway.engineio;

import io.gangway.connection.CloseReason;
import io.gangway.connection.ConnectionListener;
import io.gangway.connection.Transport;
import java.nio.ByteBuffer;

/**
 * Handles the packets that a client sends over its session's transport (Engine.IO v4, "Protocol"). Stateless, to save
 * an object per client.
 */
final class ClientPackets {
    private ClientPackets() {}

    /** Handles a text packet; false if it broke the protocol. */
    static boolean onText(EngineIoSession session, String packet) {
        ConnectionListener hall = session.listener();
        if (hall == null) {
            return true;
        }
        switch (packet.isEmpty() ? 0 : packet.charAt(0)) {
            case EngineIoCodec.MESSAGE -> {
                session.heartbeat().onPacket();
                hall.onText(packet.substring(1));
            }
            case EngineIoCodec.BINARY -> {
                return onBase64(session, packet);
            }
            case EngineIoCodec.PONG -> session.heartbeat().onPong();
            case EngineIoCodec.CLOSE -> onClose(session);
            case EngineIoCodec.OPEN, EngineIoCodec.UPGRADE, EngineIoCodec.NOOP -> {
                // Ignored, as in engine.io.
            }
            default -> {
                onMalformed(session, "the client sent an unknown Engine.IO packet type");
                return false;
            }
        }
        return true;
    }

    /** Handles a binary packet. */
    static void onBinary(EngineIoSession session, ByteBuffer bytes) {
        ConnectionListener hall = session.listener();
        if (hall != null) {
            session.heartbeat().onPacket();
            hall.onBinary(bytes);
        }
    }

    /**
     * Polling carries binary data only as base64; on a WebSocket, clients send it if they are configured to use text
     * only.
     */
    private static boolean onBase64(EngineIoSession session, String packet) {
        ByteBuffer bytes;
        try {
            bytes = EngineIoCodec.binary(packet);
        } catch (IllegalArgumentException malformed) {
            onMalformed(session, "the client sent a binary packet that is not base64: " + malformed.getMessage());
            return false;
        }
        int maxPayload = session.server().settings().maxPayload();
        if (bytes.remaining() > maxPayload) {
            onMalformed(session, "the client sent a binary packet larger than maxPayload, " + maxPayload + " bytes");
            return false;
        }
        onBinary(session, bytes);
        return true;
    }

    private static void onClose(EngineIoSession session) {
        String detail = "the client sent a close packet";
        if (!session.leave(CloseReason.TRANSPORT_CLOSE, detail)) {
            return;
        }
        session.outbound().discard();
        Transport now = session.current();
        boolean expectPoll = now instanceof PollingTransport polling && polling.allowLatePoll();
        now.close(CloseReason.TRANSPORT_CLOSE, detail);
        if (expectPoll) {
            session.server().deadlines().after(EngineIoSession.GRACE, session::forget);
        } else {
            session.forget();
        }
    }

    /**
     * Ends the session of a client that broke the Engine.IO protocol. Unlike after a Socket.IO error, nothing more is
     * sent, not even a close packet.
     */
    private static void onMalformed(EngineIoSession session, String detail) {
        session.onClosed(session.current(), CloseReason.PARSE_ERROR, detail);
    }
}
