package io.gangway.redis;

/** Over what of Redis nodes talk; all nodes of a cluster have to choose the same. */
public enum RedisMode {
    /** Plain pub/sub, like {@code createAdapter} of {@code @socket.io/redis-adapter}, which NestJS users know. The default. */
    PUBSUB,
    /** Sharded pub/sub, like {@code createShardedAdapter} of {@code @socket.io/redis-adapter}; needs Redis 7. */
    SHARDED,
    /** A stream, like {@code @socket.io/redis-streams-adapter} from version 0.3 on. */
    STREAMS
}
