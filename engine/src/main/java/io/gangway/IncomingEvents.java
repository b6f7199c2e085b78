package io.gangway;

import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.Disconnect;
import io.gangway.cluster.ClusterMessage.Join;
import io.gangway.cluster.ClusterMessage.Leave;
import io.gangway.connection.Delivery;
import io.gangway.protocol.Elements;
import io.gangway.protocol.Emission;
import io.gangway.protocol.PacketCodec;
import org.jspecify.annotations.Nullable;

/** The events that other nodes send to this node's sockets of one namespace, and what they ask of these. Thread-safe. */
record IncomingEvents(LocalNamespace namespace, ClusterTraces traces, ClusterBridge bridge) {
    /** Delivers an event to this node's sockets: at its place in the history, if it has one. */
    void event(Broadcast broadcast, String offset) {
        Selection selection = ClusterBridge.selection(broadcast.target());
        boolean reaches = namespace.rooms().hasAny(selection);
        if (!broadcast.wantsAcks()) {
            Emission read = reaches ? received(PacketCodec.NO_ACK, broadcast) : null;
            traced(
                    broadcast,
                    read,
                    () -> namespace.atItsPlace(broadcast, offset, () -> deliver(selection, broadcast, read)));
        } else if (reaches) {
            Emission question = received(namespace.pendingAcks().nextId(), broadcast);
            traced(broadcast, question, () -> ServedBroadcast.serve(namespace, selection, question, broadcast, bridge));
        } else {
            bridge.respond(broadcast.from(), new ClusterMessage.ClientCount(bridge.nodeId(), broadcast.requestId(), 0));
        }
    }

    /** Does to this node's sockets what another node asks for; nothing for a gap. At its place in the history, if it has one. */
    void command(ClusterMessage message, String offset) {
        namespace.atItsPlace(message, offset, () -> {
            if (message instanceof Join join) {
                namespace.join(ClusterBridge.selection(join.target()), join.rooms());
            } else if (message instanceof Leave leave) {
                namespace.leave(ClusterBridge.selection(leave.target()), leave.rooms());
            } else if (message instanceof Disconnect disconnect) {
                namespace.disconnect(ClusterBridge.selection(disconnect.target()), disconnect.closes());
            }
        });
    }

    private void traced(Broadcast broadcast, @Nullable Emission emission, Runnable delivery) {
        if (emission == null || broadcast.trace().isEmpty()) {
            delivery.run();
        } else {
            traces.deliver(broadcast.trace(), emission.event(), delivery);
        }
    }

    private Emission received(long ackId, Broadcast broadcast) {
        Delivery delivery = broadcast.lossy() ? Delivery.LOSSY : namespace.delivery();
        return namespace.emissions().received(ackId, delivery, broadcast.event());
    }

    /** @param read the event; null if it had no receivers a moment ago */
    private void deliver(Selection selection, Broadcast broadcast, @Nullable Emission read) {
        if (read != null) {
            namespace.deliver(selection, read);
        } else if (namespace.rooms().hasAny(selection)) {
            namespace.deliver(selection, received(PacketCodec.NO_ACK, broadcast));
        }
    }

    /** The value of an answer. */
    Elements value(ClusterMessage.Response response) {
        if (response instanceof ClusterMessage.ClientAck ack) {
            return namespace.emissions().received(ack.value());
        }
        if (response instanceof ClusterMessage.ServerReply reply) {
            return namespace.emissions().received(reply.value());
        }
        return namespace.emissions().none();
    }
}
