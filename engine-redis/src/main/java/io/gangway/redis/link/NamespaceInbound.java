package io.gangway.redis.link;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterMessage;
import io.gangway.redis.wire.MalformedMessageException;
import io.gangway.redis.wire.WireFormat;
import java.util.Map;
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

    private interface Decoding {
        @Nullable
        ClusterMessage decode() throws MalformedMessageException;
    }

    private interface Confirming {
        WireFormat.@Nullable Confirmation of(ClusterMessage message) throws MalformedMessageException;
    }

    NamespaceInbound(
            String namespace,
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
        accept(stream, id, () -> format.readEntry(fields), message -> null);
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
