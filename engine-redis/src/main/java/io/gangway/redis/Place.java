package io.gangway.redis;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;

/**
 * Where a Redis is, as its user says it.
 *
 * @param url what is the same for all connections to it, and its name in logs
 */
record Place(RedisUrl url, TopologyMaker maker) {
    /** Makes a topology, with the configuration of connections. */
    interface TopologyMaker {
        Topology topology(JedisClientConfig config, Duration pingInterval);
    }

    static Place standalone(String url) {
        JedisVersion.require();
        RedisUrl redis = RedisUrl.parse(Objects.requireNonNull(url, "url"));
        return new Place(redis, (config, pingInterval) -> new Topology.Standalone(redis.address()));
    }

    static Place sentinels(String master, List<String> urls) {
        JedisVersion.require();
        if (Objects.requireNonNull(master, "master").isBlank()) {
            throw new IllegalArgumentException(
                    "the master's name is blank; take the name from the sentinels' configuration, such as mymaster");
        }
        List<RedisUrl> sentinels = Objects.requireNonNull(urls, "sentinels").stream()
                .map(url -> RedisUrl.parse(url, Protocol.DEFAULT_SENTINEL_PORT))
                .toList();
        RedisUrl first = first(sentinels, "sentinel");
        if (sentinels.stream().anyMatch(sentinel -> sentinel.database() != 0)) {
            throw new IllegalArgumentException("a sentinel has no databases, of " + sentinels
                    + "; the master's is chosen by jedis(config -> config.database(..))");
        }
        RedisUrl redis = new RedisUrl(first.address(), "", "", 0, first.isTls());
        return new Place(redis, (config, pingInterval) -> new SentinelTopology(master, sentinels, pingInterval));
    }

    static Place seeds(List<String> urls) {
        JedisVersion.require();
        List<RedisUrl> seeds = Objects.requireNonNull(urls, "seeds").stream()
                .map(RedisUrl::parse)
                .toList();
        RedisUrl first = first(seeds, "seed node");
        if (seeds.stream().anyMatch(seed -> seed.database() != 0)) {
            throw new IllegalArgumentException("a Redis Cluster has no database but 0, of " + seeds);
        }
        Set<HostAndPort> addresses = seeds.stream().map(RedisUrl::address).collect(Collectors.toSet());
        return new Place(first, (config, pingInterval) -> new ClusterTopology(addresses, config, pingInterval));
    }

    private static RedisUrl first(List<RedisUrl> urls, String what) {
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("no " + what + "; at least one is needed");
        }
        if (urls.stream().anyMatch(url -> url.isTls() != urls.get(0).isTls())) {
            throw new IllegalArgumentException("some URLs are redis:// and some rediss://, of " + urls
                    + "; all connections use TLS, or none does");
        }
        return urls.get(0);
    }
}
