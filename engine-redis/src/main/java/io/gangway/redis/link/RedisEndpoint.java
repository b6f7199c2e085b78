package io.gangway.redis.link;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;

/**
 * The Redis that the application has named: one server, a master behind Sentinels, or a Redis Cluster.
 *
 * @param url the credentials, database and TLS of all connections, and the name in logs
 * @param topologies makes the topology
 */
public record RedisEndpoint(RedisUrl url, Topologies topologies) {
    /** Makes a topology, given the configuration of connections. */
    public interface Topologies {
        Topology topology(JedisClientConfig config, Duration pingInterval);
    }

    public static RedisEndpoint standalone(String url) {
        JedisVersion.require();
        RedisUrl redis = RedisUrl.parse(Objects.requireNonNull(url, "url"));
        return new RedisEndpoint(redis, (config, pingInterval) -> new Topology.Standalone(redis.address()));
    }

    public static RedisEndpoint sentinels(String master, List<String> urls) {
        JedisVersion.require();
        if (Objects.requireNonNull(master, "master").isBlank()) {
            throw new IllegalArgumentException(
                    "the master's name is blank; use the name in the Sentinels' configuration, such as mymaster");
        }
        List<RedisUrl> sentinels = Objects.requireNonNull(urls, "sentinels").stream()
                .map(url -> RedisUrl.parse(url, Protocol.DEFAULT_SENTINEL_PORT))
                .toList();
        RedisUrl first = first(sentinels, "Sentinel");
        if (sentinels.stream().anyMatch(sentinel -> sentinel.database() != 0)) {
            throw new IllegalArgumentException("the URL of a Sentinel must not name a database, but one of " + sentinels
                    + " does; choose the master's database with jedis(config -> config.database(..))");
        }
        RedisUrl redis = new RedisUrl(first.address(), "", "", 0, first.isTls());
        return new RedisEndpoint(
                redis, (config, pingInterval) -> new SentinelTopology(master, sentinels, pingInterval));
    }

    public static RedisEndpoint seeds(List<String> urls) {
        JedisVersion.require();
        List<RedisUrl> seeds = Objects.requireNonNull(urls, "seeds").stream()
                .map(RedisUrl::parse)
                .toList();
        RedisUrl first = first(seeds, "seed node");
        if (seeds.stream().anyMatch(seed -> seed.database() != 0)) {
            throw new IllegalArgumentException(
                    "a Redis Cluster has only database 0, but one of " + seeds + " names another");
        }
        Set<HostAndPort> addresses = seeds.stream().map(RedisUrl::address).collect(Collectors.toSet());
        return new RedisEndpoint(first, (config, pingInterval) -> new ClusterTopology(addresses, config, pingInterval));
    }

    private static RedisUrl first(List<RedisUrl> urls, String what) {
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("no " + what + " is given; give the URL of at least one");
        }
        if (urls.stream().anyMatch(url -> url.isTls() != urls.get(0).isTls())) {
            throw new IllegalArgumentException(
                    "some URLs of " + urls
                            + " are redis:// and some rediss://; use rediss:// for all of them if Redis requires TLS, else redis://");
        }
        return urls.get(0);
    }
}
