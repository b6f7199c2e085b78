package io.gangway.redis;

import java.time.Duration;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;

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

    /**
     * Connects to a node.
     *
     * @throws JedisException if that fails, or if rivals listen there
     */
    RedisConnection connect(Topology topology, String node) {
        RedisConnection connection = topology.connect(node, config);
        try {
            refuseRivals(connection);
            return connection;
        } catch (JedisException refused) {
            connection.cut();
            throw refused;
        }
    }

    /** A message of ours would make them deaf, for good. */
    private void refuseRivals(RedisConnection connection) {
        if (rivals.isEmpty()) {
            return;
        }
        Object listeners = connection.ask(
                new CommandArguments(Protocol.Command.PUBSUB).add("CHANNELS").add(rivals));
        if (listeners instanceof List<?> channels && !channels.isEmpty()) {
            throw new JedisException("servers in mode PUBSUB listen to " + rivals
                    + ", and messages of mode STREAMS would make them deaf; choose another key, or besideClassic()");
        }
    }
}
