package io.gangway.redis.wire;

import java.util.Map;

/** A Redis command that says something to other nodes, ready to be written. The arrays are not copied: leave them alone. */
public sealed interface OutgoingMessage {
    /** The channel or the stream. */
    Subscription destination();

    /** PUBLISH, or in the sharded form SPUBLISH. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares commands
    record Publish(Subscription.Kind kind, String channel, byte[] body) implements OutgoingMessage {
        @Override
        public Subscription destination() {
            return new Subscription(kind, channel);
        }
    }

    /**
     * XADD, with an approximate MAXLEN.
     *
     * @param fields in order
     */
    record Append(String stream, Map<String, byte[]> fields) implements OutgoingMessage {
        @Override
        public Subscription destination() {
            return new Subscription(Subscription.Kind.STREAM, stream);
        }
    }
}
