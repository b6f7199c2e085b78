package io.gangway.engineio;

import io.gangway.connection.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The settings of an Engine.IO server.
 *
 * @param pingInterval how often the client is pinged
 * @param pingTimeout how long the client may take for its pong
 * @param upgradeTimeout how long a client may take from opening the WebSocket to its upgrade packet
 * @param messageTimeout how long a client may take to send one WebSocket message or polling body
 * @param maxPayload the largest message or polling body accepted from a client, in bytes
 * @param transports the transports clients may use: {@code polling}, {@code websocket} or both
 * @param upgrades whether a session may upgrade from polling to WebSocket
 */
public record EngineIoSettings(
        Duration pingInterval,
        Duration pingTimeout,
        Duration upgradeTimeout,
        Duration messageTimeout,
        int maxPayload,
        Set<String> transports,
        boolean upgrades) {
    public EngineIoSettings {
        transports = Set.copyOf(transports);
    }

    /** The upgrades that the open packet offers to a session that began on {@code transport}. */
    List<String> upgradesFrom(String transport) {
        return upgrades && transport.equals(Transport.POLLING) && transports.contains(Transport.WEBSOCKET)
                ? List.of(Transport.WEBSOCKET)
                : List.of();
    }
}
