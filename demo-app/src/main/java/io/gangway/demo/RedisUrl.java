package io.gangway.demo;

import io.gangway.redis.RedisCluster;

/** The URL of the cluster's Redis. Never appears in logs or messages, because it may contain a password. */
record RedisUrl(String value) {
    /** @throws IllegalArgumentException if the URL is invalid; does not check whether a Redis answers there */
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
