package io.gangway.redis;

import io.gangway.admin.AdminSessions;
import io.gangway.cluster.Cluster;
import io.gangway.redis.link.ClusterLink;
import io.gangway.redis.link.Ranges;
import io.gangway.redis.link.RedisEndpoint;
import java.time.Duration;
import java.util.List;

/**
 * Joins an engine to other nodes, Java or Node.js servers, over Redis. Thread-safe.
 *
 * <p>It connects in the background, and reconnects whenever a connection breaks; {@link #health} tells its state. Only
 * {@link #awaitUp} and {@link #close} wait for Redis.
 *
 * <pre>{@code
 * Engine.builder().cluster(RedisCluster.connect("redis://localhost:6379"))
 * }</pre>
 */
public final class RedisCluster implements Cluster {
    /** As in Node.js. */
    private static final String ADMIN_SESSIONS = "socket.io-admin";

    private final ClusterLink link;

    RedisCluster(ClusterLink link) {
        this.link = link;
    }

    /**
     * Connects to one Redis, in the background, with the defaults of a builder.
     *
     * @param url {@code redis://[[user]:password@]host[:port][/database]}, or {@code rediss://} for TLS
     * @return the cluster
     * @throws IllegalArgumentException if the URL is invalid; whether Redis is reachable is not checked
     */
    public static RedisCluster connect(String url) {
        return builder(url).connect();
    }

    /**
     * Builds a cluster over one Redis, by its URL as in {@link #connect}.
     *
     * @param url the URL of Redis
     * @return a new builder
     */
    public static RedisClusterBuilder builder(String url) {
        return new RedisClusterBuilder(RedisEndpoint.standalone(url));
    }

    /**
     * Builds a cluster over a Redis behind Sentinels.
     *
     * @param master the master's name in the Sentinels' configuration
     * @param sentinels the Sentinels' URLs, with credentials for the Sentinels only; {@code rediss://} is for Redis too
     * @return a new builder
     */
    public static RedisClusterBuilder sentinels(String master, List<String> sentinels) {
        return new RedisClusterBuilder(RedisEndpoint.sentinels(master, sentinels));
    }

    /**
     * Builds a cluster over a Redis Cluster.
     *
     * @param seeds the URLs of some of its nodes, from which the others are discovered; the first URL's credentials
     *     are for all of them
     * @return a new builder
     */
    public static RedisClusterBuilder seeds(List<String> seeds) {
        return new RedisClusterBuilder(RedisEndpoint.seeds(seeds));
    }

    /**
     * Waits until the cluster is connected, for applications that should not start without.
     *
     * @param timeout how long to wait at most
     * @return this
     * @throws IllegalArgumentException if {@code timeout} is longer than 24 days
     * @throws io.gangway.cluster.ClusterUnavailableException if it is not connected in time, or the thread is
     * interrupted
     */
    public RedisCluster awaitUp(Duration timeout) {
        link.awaitUp(Ranges.bounded("awaitUp", timeout));
        return this;
    }

    /**
     * Keeps the sessions of the Admin UI's administrators in Redis for a day, as the {@code RedisStore} of Node.js does:
     * whoever has logged in at one server, Java or Node.js, can go on at another. The same as
     * {@code adminSessions("socket.io-admin")}.
     *
     * @return the sessions, for {@link io.gangway.admin.AdminUi#sessions}
     */
    public AdminSessions adminSessions() {
        return adminSessions(ADMIN_SESSIONS);
    }

    /**
     * Keeps the sessions of administrators in Redis under the keys {@code prefix#id}. Servers with the same prefix on one
     * Redis accept each other's administrators, so applications need prefixes of their own. Each call waits for Redis for at
     * most 2 s, and no more than 16 calls at a time; if Redis is unreachable, the administrator has to log in again.
     *
     * @param prefix the {@code prefix} of Node.js's {@code RedisStore}
     * @return the sessions, for {@link io.gangway.admin.AdminUi#sessions}
     * @throws IllegalArgumentException if the prefix is empty
     */
    public AdminSessions adminSessions(String prefix) {
        if (prefix.isEmpty()) {
            throw new IllegalArgumentException(
                    "adminSessions(..): the prefix is empty; the default is \"" + ADMIN_SESSIONS + "\"");
        }
        return new RedisAdminSessions(link.keys(), prefix);
    }

    @Override
    public void batches(Batches batches) {
        link.batches(batches);
    }

    @Override
    public Channel open(String namespace, Inbound inbound) {
        return link.open(namespace, inbound);
    }

    @Override
    public Health health() {
        return link.health();
    }

    /**
     * Leaves the cluster: other nodes stop counting this one, queued messages are sent for at most a second, and the
     * connections are closed. Closing again has no effect.
     */
    @Override
    public void close() {
        link.close();
    }

    /** For tests. */
    ClusterLink link() {
        return link;
    }

    @Override
    public String toString() {
        return link.toString();
    }
}
