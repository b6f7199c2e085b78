package io.gangway.redis;

/**
 * Which rooms have a channel of their own in {@link RedisMode#SHARDED}, as the option of the same name of
 * {@code createShardedAdapter} says; identical on all nodes of a cluster.
 */
public enum SubscriptionMode {
    /** No room: every node receives every message. */
    STATIC,
    /**
     * Every room but those that hold one socket under its id: a node receives no messages for rooms without members
     * on it. The default.
     */
    DYNAMIC,
    /** Every room. */
    DYNAMIC_PRIVATE
}
