package io.gangway.redis;

/** How a node hears broadcasts to rooms in {@link RedisMode#PUBSUB}; each node may choose for itself. */
public enum BroadcastSubscription {
    /** By one pattern, so it hears those for the rooms of other nodes too, and skips them. The default. */
    PATTERN,
    /** By one channel for each room that has members here: less traffic, more subscriptions. */
    ROOMS
}
