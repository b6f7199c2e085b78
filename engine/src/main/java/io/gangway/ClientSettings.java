package io.gangway;

import io.gangway.protocol.ReceivedPacket;
import io.gangway.tasks.DecodePermits;
import io.gangway.tasks.MailboxLimits;
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
        Codecs codecs, Limits limits, @Nullable String route, MailboxLimits mailbox) {
    /** The part of the heap that decoding large messages may take at a time. */
    private static final int DECODING_SHARE = 8;

    ClientSettings(Codecs codecs, Limits limits) {
        this(
                codecs,
                limits,
                null,
                new MailboxLimits(
                        limits.maxQueuedEvents(),
                        InboundLimits.queued(limits.maxPayload()),
                        limits.maxLateAnswers(),
                        new DecodePermits(Runtime.getRuntime().maxMemory() / DECODING_SHARE)));
    }

    /** The settings of plain clients of the same engine. */
    ClientSettings ofRoute(Codecs plain, String namespace) {
        return new ClientSettings(plain, limits, namespace, mailbox);
    }

    /** The namespace of a client's packet. */
    String namespaceOf(ReceivedPacket packet) {
        return route == null ? packet.namespace() : route;
    }

    ClientKind kind() {
        return route == null ? ClientKind.SOCKET_IO : ClientKind.PLAIN;
    }
}
