package io.gangway.redis;

import java.util.Set;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/** Which Redis node has what, and where it is. Thread-safe. */
interface Topology extends AutoCloseable {
    /** The name of the node that has a channel or a key; never waits. */
    String owner(String key);

    /** The name of the node over which something goes; what is published plainly goes over any, always the same. */
    default String owner(Subscription place) {
        boolean hasOwner = place.kind() == Subscription.Kind.SHARDED || place.kind() == Subscription.Kind.STREAM;
        return owner(hasOwner ? place.channel() : "");
    }

    /** The names of all nodes that have something. */
    Set<String> nodes();

    /**
     * Where a node is now; may ask for that, and wait.
     *
     * @throws JedisException if that cannot be told
     */
    HostAndPort address(String node);

    /**
     * Connects to where a node is now; if it is not there, that is to be found out anew.
     *
     * @throws JedisException if that fails
     */
    default RedisConnection connect(String node, JedisClientConfig config) {
        try {
            return new RedisConnection(address(node), config);
        } catch (JedisException unreachable) {
            suspect();
            throw unreachable;
        }
    }

    /** Whether what is published is heard by subscribers of its own node alone, as far as Redis tells the publisher. */
    boolean isSpread();

    /** Begins to look; {@code changed} is to have everything go where it belongs now. */
    void start(Runnable changed);

    /** Something is not where it was: find out, soon. */
    void suspect();

    @Override
    void close();

    static boolean isMoved(JedisDataException error) {
        return error instanceof JedisMovedDataException;
    }

    /** Where a node is will be known soon. */
    final class Undiscovered extends JedisConnectionException {
        private static final long serialVersionUID = 1L;

        Undiscovered() {
            super("it is not known yet who has what");
        }
    }

    /** One Redis, always in the same place. */
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
        public boolean isSpread() {
            return false;
        }

        @Override
        public void start(Runnable changed) {}

        @Override
        public void suspect() {}

        @Override
        public void close() {}
    }
}
