package io.gangway.redis.wire;

/**
 * What a node subscribes to, or where a message goes.
 *
 * @param channel the channel, the pattern, or the stream
 */
public record Subscription(Kind kind, String channel) {
    public enum Kind {
        /** SUBSCRIBE and PUBLISH. */
        CHANNEL,
        /** PSUBSCRIBE. */
        PATTERN,
        /** SSUBSCRIBE and SPUBLISH: Redis 7. */
        SHARDED,
        /** XREAD. */
        STREAM
    }
}
