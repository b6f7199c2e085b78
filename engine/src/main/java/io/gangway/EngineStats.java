package io.gangway;

import io.gangway.cluster.Cluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an engine has done since it was built, and what it holds now. Counts only grow; they are taken one after the other,
 * so they agree with each other once the engine is at rest. Immutable.
 *
 * @param connections the clients connected now, by transport: {@code polling} and {@code websocket}
 * @param handshakes the attempts to connect, by outcome
 * @param upgrades the changes from polling to WebSocket
 * @param closes the connections that have ended, by reason; a client counts once, however many namespaces it was in
 * @param disconnects the admitted sockets that have left their namespaces, by reason
 * @param namespaces the namespaces, in the order of their configuration, then the rules for dynamic ones
 * @param inbound what clients send
 * @param outbound what clients are sent
 * @param handlers the threads of handlers
 * @param cluster the state of the connection to other nodes; empty without a cluster
 * @param recovery what recovery has done and keeps; empty without {@link EngineBuilder#recovery}
 */
public record EngineStats(
        Map<String, Long> connections,
        Map<HandshakeOutcome, Long> handshakes,
        Upgrades upgrades,
        Map<DisconnectReason, Long> closes,
        Map<DisconnectReason, Long> disconnects,
        List<NamespaceStats> namespaces,
        Inbound inbound,
        Outbound outbound,
        Handlers handlers,
        Optional<Cluster.Health> cluster,
        Optional<RecoveryCounts> recovery) {
    /**
     * Copies collections.
     *
     * @param connections see {@link #connections()}
     * @param handshakes see {@link #handshakes()}
     * @param upgrades see {@link #upgrades()}
     * @param closes see {@link #closes()}
     * @param disconnects see {@link #disconnects()}
     * @param namespaces see {@link #namespaces()}
     * @param inbound see {@link #inbound()}
     * @param outbound see {@link #outbound()}
     * @param handlers see {@link #handlers()}
     * @param cluster see {@link #cluster()}
     * @param recovery see {@link #recovery()}
     */
    public EngineStats {
        connections = Map.copyOf(connections);
        handshakes = Map.copyOf(handshakes);
        closes = Map.copyOf(closes);
        disconnects = Map.copyOf(disconnects);
        namespaces = List.copyOf(namespaces);
    }

    /**
     * How often something ended in one way, and how long that took in all.
     *
     * @param count how often
     * @param total how long, added up
     */
    public record Timing(long count, Duration total) {
        /** Nothing yet. */
        public static final Timing NONE = new Timing(0, Duration.ZERO);
    }

    /**
     * The changes from polling to WebSocket.
     *
     * @param succeeded those after which the WebSocket carried the connection
     * @param timedOut those that the client did not finish in time
     * @param failed those whose WebSocket or connection closed meanwhile, or that broke the protocol
     */
    public record Upgrades(long succeeded, long timedOut, long failed) {}

    /**
     * A namespace, or all dynamic namespaces of one rule together.
     *
     * @param label the namespace's name; for dynamic namespaces the rule's pattern, or {@code (dynamic)}
     * @param isDynamic whether it stands for dynamic namespaces
     * @param namespaces how many namespaces it stands for now
     * @param sockets the sockets on this node
     * @param rooms the rooms on this node, without those named after the sockets' ids
     * @param events the clients' events by name and outcome; those without a handler of their own are {@code other}. An
     *     event counts when its ack settles, or its time is up
     * @param acks the acks requested of this node's clients, by outcome
     * @param disconnects the admitted sockets that have left, by reason
     */
    public record NamespaceStats(
            String label,
            boolean isDynamic,
            int namespaces,
            int sockets,
            int rooms,
            Map<String, Map<EventOutcome, Timing>> events,
            Map<AckOutcome, Timing> acks,
            Map<DisconnectReason, Long> disconnects) {}

    /**
     * What clients send.
     *
     * @param messages the messages received, a message's attachments counted with it, and pongs not at all
     * @param bytes the bytes received: messages of WebSockets, without their frames' headers, and bodies of POSTs
     * @param held the bytes of heap held for messages whose handlers are not done with them, in whole steps of 4 KiB
     * @param pauses how often reading from a client stopped because too much waited for its handlers
     * @param waits how often a client had to wait because the engine held too much for all of them together
     * @param decodeWaits how often a large message had to wait until others were decoded
     */
    public record Inbound(long messages, long bytes, long held, long pauses, long waits, long decodeWaits) {}

    /**
     * What clients are sent.
     *
     * @param messages the messages sent, one for each receiver, a message's attachments counted with it, and pings not at all
     * @param bytes the bytes sent: WebSocket frames with their headers, and bodies of polling responses
     * @param writes the writes in which they left
     * @param waiting the bytes that wait for all clients together, each counted as if it shared nothing with others
     * @param mostWaiting the bytes that wait for the client for which most wait
     * @param dropped the events dropped because clients could not take them
     * @param replaced the events replaced by newer ones of the same key
     */
    public record Outbound(
            long messages, long bytes, long writes, long waiting, long mostWaiting, long dropped, long replaced) {}

    /**
     * The threads of handlers; all zero with an executor of the application's own.
     *
     * @param active the pool's threads that are running a handler
     * @param activeVirtual the virtual threads that are running a handler, because the pool's were busy
     * @param queued the connections that wait for a thread
     */
    public record Handlers(int active, int activeVirtual, int queued) {}
}
