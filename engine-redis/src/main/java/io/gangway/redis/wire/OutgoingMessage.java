package io.gangway.redis.wire;

import java.util.Map;

/** An encoded message, and where it goes. The arrays are not copied and must not be changed. */
public sealed interface OutgoingMessage {
    /** The channel or the stream. */
    Subscription destination();

    /** A message for a channel. */
    @SuppressWarnings("ArrayRecordComponent") // messages are not compared
    record Publish(Subscription.Kind kind, String channel, byte[] body) implements OutgoingMessage {
        @Override
        public Subscription destination() {
            return new Subscription(kind, channel);
        }
    }

    /**
     * An entry for a stream.
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
