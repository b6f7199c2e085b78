package io.gangway.redis;

import java.time.Duration;
import redis.clients.jedis.JedisClientConfig;

/**
 * What a {@link RedisCluster} is built with.
 *
 * @param name of the Redis, for logs; without credentials
 * @param formats makes a namespace's wire format
 * @param rivals a pattern of channels on which nobody may listen; {@code ""} for none
 * @param config of the connections
 * @param offlineCount how many messages wait at most while there is no connection
 * @param offlineAge how old they get at most
 * @param maxLen about how many entries a stream keeps
 * @param readCount how many entries are read from a stream at once
 * @param block how long a reader of a stream waits for one
 */
record RedisSettings(
        String name,
        Formats formats,
        String rivals,
        JedisClientConfig config,
        int offlineCount,
        Duration offlineAge,
        Duration pingInterval,
        long maxLen,
        int readCount,
        Duration block) {
    /** Makes wire formats. */
    interface Formats {
        WireFormat format(String namespace, String nodeId);
    }
}
