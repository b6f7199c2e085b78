package io.gangway.demo;

import io.gangway.redis.RedisCluster;

/** Over which Redis the nodes talk. It never shows in a text, because a password may be in it. */
record RedisUrl(String value) {
    /** @throws IllegalArgumentException if it makes no sense; whether anybody is there is not asked */
    RedisUrl {
        try {
            RedisCluster.builder(value);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("REDIS_URL cannot be used: " + refused.getMessage(), refused);
        }
    }

    @Override
    public String toString() {
        return "RedisUrl[hidden]";
    }
}
