package io.gangway;

import io.gangway.protocol.ReceivedPacket;
import io.gangway.tasks.Mailbox;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an engine's clients.
 *
 * @param codecs the codecs, one of which a client selects by its first message
 * @param limits the timeouts and size limits of a client
 * @param route the namespace that a plain client's route opens onto; null for Socket.IO, whose packets name theirs
 * @param mailbox how many events of a client, and of what size, may wait for their handlers
 */
record ClientSettings(
        Codecs codecs, Limits limits, @Nullable String route, Mailbox.Limits mailbox) {
    ClientSettings(Codecs codecs, Limits limits) {
        this(codecs, limits, null);
    }

    ClientSettings(Codecs codecs, Limits limits, @Nullable String route) {
        this(codecs, limits, route, new Mailbox.Limits(limits.maxQueuedEvents(), limits.maxQueuedBytes()));
    }

    /** The namespace of a client's packet. */
    String namespaceOf(ReceivedPacket packet) {
        return route == null ? packet.namespace() : route;
    }

    ClientKind kind() {
        return route == null ? ClientKind.SOCKET_IO : ClientKind.PLAIN;
    }
}
