package io.gangway.redis.link;

import io.gangway.redis.wire.Subscription;
import java.util.Set;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/** Which Redis node serves which channel or stream, and at which address each node is. Thread-safe. */
public interface Topology extends AutoCloseable {
    /** The name of the node that serves a sharded channel or a key; never blocks. */
    String owner(String key);

    /**
     * The name of the node to publish to, or to subscribe at: the owner of a sharded channel or a stream, and one and
     * the same node for all plain channels and patterns.
     */
    default String owner(Subscription subscription) {
        boolean hasOwner =
                subscription.kind() == Subscription.Kind.SHARDED || subscription.kind() == Subscription.Kind.STREAM;
        return owner(hasOwner ? subscription.channel() : "");
    }

    /** The names of all nodes that serve anything. */
    Set<String> nodes();

    /**
     * The current address of a node; may ask Redis for it and block.
     *
     * @throws JedisException if the address cannot be determined
     */
    HostAndPort address(String node);

    /**
     * Whether this is a Redis Cluster, in which Redis tells a publisher only of the subscribers of the publisher's
     * own node.
     */
    boolean isCluster();

    /** Starts discovery; {@code changed} is called after a failover or a slot migration. */
    void start(Runnable changed);

    /** Something was not where this topology says: discovers it again, soon. */
    void refresh();

    @Override
    void close();

    /** Whether Redis refused a command because another node serves its channel or key. */
    static boolean isMoved(JedisDataException error) {
        return error instanceof JedisMovedDataException;
    }

    /** One Redis at a fixed address. */
    record Standalone(HostAndPort address, String name) implements Topology {
        Standalone(HostAndPort address) {
            this(address, address.toString());
        }

        @Override
        public String owner(String key) {
            return name;
        }

        @Override
        public Set<String> nodes() {
            return Set.of(name);
        }

        @Override
        public HostAndPort address(String node) {
            return address;
        }

        @Override
        public boolean isCluster() {
            return false;
        }

        @Override
        public void start(Runnable changed) {}

        @Override
        public void refresh() {}

        @Override
        public void close() {}
    }
}
