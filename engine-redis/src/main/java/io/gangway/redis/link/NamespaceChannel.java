package io.gangway.redis.link;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.ClusterMessage.Broadcast;
import io.gangway.cluster.ClusterMessage.Fetch;
import io.gangway.cluster.ClusterMessage.ListRooms;
import io.gangway.cluster.ClusterMessage.ServerEvent;
import io.gangway.cluster.Payload;
import io.gangway.cluster.SessionStore;
import io.gangway.redis.wire.OutgoingMessage;
import io.gangway.redis.wire.Subscription;
import io.gangway.redis.wire.WireFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The channel of one namespace: encodes what the engine sends in the namespace's wire format. Thread-safe. */
final class NamespaceChannel implements Cluster.Channel {
    private final String namespace;
    private final String nodeId;
    private final WireFormat format;
    private final NamespaceInbound inbound;
    private final NamespaceSubscriptions subscriptions;
    private final Outbox outbox;
    private final MessageErrors errors;
    private final SessionStores sessions;
    private final Consumer<NamespaceChannel> closed;

    /** @param closed called when the channel closes */
    NamespaceChannel(
            String namespace,
            String nodeId,
            WireFormat format,
            NamespaceInbound inbound,
            NamespaceSubscriptions subscriptions,
            Outbox outbox,
            MessageErrors errors,
            SessionStores sessions,
            Consumer<NamespaceChannel> closed) {
        this.namespace = namespace;
        this.nodeId = nodeId;
        this.format = format;
        this.inbound = inbound;
        this.subscriptions = subscriptions;
        this.outbox = outbox;
        this.errors = errors;
        this.sessions = sessions;
        this.closed = closed;
    }

    String namespace() {
        return namespace;
    }

    WireFormat format() {
        return format;
    }

    NamespaceInbound inbound() {
        return inbound;
    }

    NamespaceSubscriptions subscriptions() {
        return subscriptions;
    }

    @Override
    public String nodeId() {
        return nodeId;
    }

    @Override
    public CompletionStage<String> publish(ClusterMessage message) {
        OwnEntries own = inbound.ownEntries();
        WireFormat.History history = own == null ? null : format.history();
        return own == null || history == null || format.destination(message).kind() != Subscription.Kind.STREAM
                ? publish(message, () -> format.publish(message))
                : own.send(message, mark -> publish(message, () -> history.marked(format.publish(message), mark)));
    }

    private CompletionStage<String> publish(ClusterMessage message, Supplier<OutgoingMessage> encoding) {
        Command.Kind kind = mayWait(message) ? Command.Kind.MESSAGE : Command.Kind.PROMPT_MESSAGE;
        Payload event = event(message);
        // The size of binary data is known only once it is encoded.
        return event == null || event.hasBinary()
                ? send(encoding, kind)
                : outbox.send(
                        format.destination(message), encoding, event.json().length(), kind);
    }

    private static @Nullable Payload event(ClusterMessage message) {
        if (message instanceof Broadcast broadcast) {
            return broadcast.event();
        }
        return message instanceof ServerEvent event ? event.event() : null;
    }

    /** Lossy broadcasts and requests are never queued while offline. */
    private static boolean mayWait(ClusterMessage message) {
        boolean isRequest = message instanceof Fetch
                || message instanceof ListRooms
                || (message instanceof Broadcast broadcast && broadcast.wantsAcks())
                || (message instanceof ServerEvent event && event.wantsReply());
        return !isRequest && !(message instanceof Broadcast broadcast && broadcast.lossy());
    }

    @Override
    public void respond(String toNode, ClusterMessage response) {
        send(() -> format.respond(toNode, response), Command.Kind.MESSAGE).exceptionally(notSent -> {
            if (notSent instanceof IllegalArgumentException) {
                errors.unwritable("dropped a response in namespace " + namespace + " that cannot be encoded", notSent);
            }
            return "";
        });
    }

    private CompletionStage<String> send(Supplier<OutgoingMessage> encoding, Command.Kind kind) {
        OutgoingMessage message;
        try {
            message = encoding.get();
        } catch (IllegalArgumentException unwritable) {
            return CompletableFuture.failedStage(unwritable);
        }
        return outbox.send(message, kind);
    }

    @Override
    public CompletionStage<Integer> nodeCount() {
        return outbox.countSubscribers(format.counted()).thenApply(Math::toIntExact);
    }

    @Override
    public CompletionStage<Void> roomChanged(String room) {
        return subscriptions.roomChanged(room);
    }

    @Override
    public Optional<SessionStore> sessions() {
        return inbound.keepSessions(sessions);
    }

    @Override
    public void close() {
        closed.accept(this);
        subscriptions.close();
    }

    @Override
    public String toString() {
        return "NamespaceChannel[" + namespace + ", node " + nodeId + "]";
    }
}
