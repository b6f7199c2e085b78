package io.gangway.redis;

/** The Redis transport; identical on all nodes of a cluster. */
public enum RedisMode {
    /**
     * Plain pub/sub, like {@code createAdapter} of {@code @socket.io/redis-adapter}, which NestJS users know. The
     * default.
     */
    CLASSIC,
    /** Sharded pub/sub, like {@code createShardedAdapter} of {@code @socket.io/redis-adapter}; requires Redis 7. */
    SHARDED,
    /** A stream, like {@code @socket.io/redis-streams-adapter} from version 0.3 on. */
    STREAMS
}
