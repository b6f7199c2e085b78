package io.gangway.redis.link;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.cluster.SessionStore;
import io.gangway.redis.wire.MalformedMessageException;
import io.gangway.redis.wire.WireFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the messages that arrive for one namespace, and passes them to the engine. Thread-safe; runs on the threads
 * that read from Redis. Whatever is wrong with one message does not keep them from the next.
 */
final class NamespaceInbound implements Router.Receiver {
    private final String namespace;
    private final WireFormat format;
    private final Cluster.Inbound inbound;
    private final Outbox outbox;
    private final Counters counters;
    private final MessageErrors errors;
    private final WireFormat.@Nullable History history;
    private final @Nullable Recalls recalls;
    /** Null until the engine keeps sessions. */
    private volatile @Nullable OwnEntries ownEntries;

    private interface Decoding {
        @Nullable
        ClusterMessage decode() throws MalformedMessageException;
    }

    private interface Confirming {
        WireFormat.@Nullable Confirmation of(ClusterMessage message) throws MalformedMessageException;
    }

    NamespaceInbound(
            String namespace,
            String nodeId,
            WireFormat format,
            Cluster.Inbound inbound,
            Outbox outbox,
            Counters counters,
            MessageErrors errors) {
        this.namespace = namespace;
        this.format = format;
        this.inbound = inbound;
        this.outbox = outbox;
        this.counters = counters;
        this.errors = errors;
        this.history = format.history();
        this.recalls = history == null ? null : new Recalls(nodeId, format, outbox);
    }

    /** Opens the session store; from now on this node's own entries have their place among the others. */
    Optional<SessionStore> keepSessions(SessionStores stores) {
        if (history == null || recalls == null) {
            return Optional.empty();
        }
        ownEntries = new OwnEntries();
        return Optional.of(stores.open(history, recalls));
    }

    /** This node's own entries that are on their way; null if their place does not matter. */
    @Nullable
    OwnEntries ownEntries() {
        return ownEntries;
    }

    /** Settles this node's own entries that do not come back: those it never reads, and those that the stream has lost. */
    void settleOwnEntries(StreamReaders readers) {
        OwnEntries own = ownEntries;
        if (own != null && history != null) {
            own.settlePassed(readers.begin(history.stream()), readers.position(history.stream()));
        }
    }

    @Override
    public void message(String channel, byte[] body) {
        String room = format.room(channel);
        if (room != null && !hasRoom(room)) {
            counters.roomSkipped.increment();
            return;
        }
        accept(channel, "", () -> format.read(channel, body), message -> format.confirmation(message, body));
    }

    @Override
    public void entry(String stream, String id, Map<String, byte[]> fields) {
        OwnEntries own = ownEntries;
        String mark = own == null || history == null ? "" : history.mark(fields);
        if (own == null || mark.isEmpty()) {
            accept(stream, id, () -> format.readEntry(fields), message -> null);
        } else {
            counters.selfSkipped.increment();
            own.cameBack(mark, id, this::published);
        }
    }

    private void published(ClusterMessage message, String offset) {
        try {
            inbound.published(message, offset);
        } catch (RuntimeException | StackOverflowError failed) {
            errors.failed("the engine failed to handle its own message of namespace " + namespace, failed);
        }
    }

    private void accept(String source, String offset, Decoding decoding, Confirming confirming) {
        ClusterMessage message;
        WireFormat.Confirmation confirmation;
        try {
            message = decoding.decode();
            confirmation = message == null ? null : confirming.of(message);
        } catch (MalformedMessageException | RuntimeException | StackOverflowError malformed) {
            errors.malformed("dropped a malformed message on " + source, described(malformed));
            return;
        }
        if (message == null) {
            counters.selfSkipped.increment();
            return;
        }
        counters.received.increment();
        if (confirmation != null
                && !hasRoom(confirmation.socket())) { // asked before the message may disconnect the socket
            confirmation = null;
        }
        try {
            if (recalls != null && recalls.take(message, inbound)) {
                return;
            }
            inbound.message(message, offset);
            if (confirmation != null) {
                outbox.send(confirmation.response(), Command.Kind.MESSAGE);
            }
        } catch (IllegalArgumentException invalid) {
            errors.malformed("dropped an invalid message on " + source, String.valueOf(invalid.getMessage()));
        } catch (RuntimeException | StackOverflowError failed) {
            errors.failed("the engine failed to handle a message on " + source, failed);
        }
    }

    private static String described(Throwable malformed) {
        return malformed instanceof MalformedMessageException
                ? String.valueOf(malformed.getMessage())
                : malformed.toString();
    }

    /** Whether a socket of this node is in the room; true if the engine fails to say. */
    boolean hasRoom(String room) {
        try {
            return inbound.hasRoom(room);
        } catch (RuntimeException failed) {
            errors.failed("the engine failed to say whether namespace " + namespace + " has a room", failed);
            return true;
        }
    }

    void linkChanged(boolean up) {
        try {
            inbound.linkChanged(up);
        } catch (RuntimeException failed) {
            errors.failed(
                    "the engine failed to take note that namespace " + namespace + (up ? " has" : " has lost")
                            + " its link to the other nodes",
                    failed);
        }
    }
}
