package io.gangway.redis.link;

import redis.clients.jedis.exceptions.JedisConnectionException;

/** The topology has not been discovered yet, so that no node's address is known; the next attempt may succeed. */
final class UnknownTopologyException extends JedisConnectionException {
    private static final long serialVersionUID = 1L;

    UnknownTopologyException() {
        super("the nodes of the Redis Cluster have not been discovered yet");
    }
}
