package io.gangway.redis.link;

import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Connects to the nodes of a topology. Thread-safe.
 *
 * @param config the configuration of every connection
 * @param conflictingChannels a pattern of channels that must have no subscribers; {@code ""} for none
 */
public record ConnectionFactory(Topology topology, JedisClientConfig config, String conflictingChannels) {
    /**
     * Connects to a node at its current address. If that fails, the topology is refreshed.
     *
     * @throws JedisException if the node cannot be reached, or if a conflicting channel has subscribers there
     */
    RedisConnection connect(String node) {
        RedisConnection connection;
        try {
            connection = new RedisConnection(topology.address(node), config);
        } catch (JedisException unreachable) {
            topology.refresh();
            throw unreachable;
        }
        try {
            refuseConflict(connection);
            return connection;
        } catch (JedisException refused) {
            connection.cut();
            throw refused;
        }
    }

    /** A Node.js server in the classic mode that receives a message of streams mode stops receiving, for good. */
    private void refuseConflict(RedisConnection connection) {
        if (conflictingChannels.isEmpty()) {
            return;
        }
        Object channels = connection.ask(
                new CommandArguments(Protocol.Command.PUBSUB).add("CHANNELS").add(conflictingChannels));
        if (channels instanceof List<?> subscribed && !subscribed.isEmpty()) {
            throw new JedisException("servers in mode CLASSIC are subscribed to " + conflictingChannels
                    + " on this Redis, and a message of mode STREAMS makes Node.js servers among them stop receiving;"
                    + " choose another key(..), or allow it with streams(choices -> choices.besideClassic())");
        }
    }
}
