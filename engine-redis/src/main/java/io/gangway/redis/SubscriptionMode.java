package io.gangway.redis;

/** Which rooms have a channel of their own in {@link RedisMode#SHARDED}; all nodes of a cluster have to choose the same. */
public enum SubscriptionMode {
    /** None: every node hears everything. */
    STATIC,
    /** All but those that are one socket's own, so a node hears nothing of rooms without members there. The default. */
    DYNAMIC,
    /** All. */
    DYNAMIC_PRIVATE
}
