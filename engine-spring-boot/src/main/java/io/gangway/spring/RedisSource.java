package io.gangway.spring;

import io.gangway.cluster.Cluster;
import io.gangway.redis.RedisCluster;
import io.gangway.redis.RedisClusterBuilder;
import io.gangway.redis.RedisMode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Over Redis. */
final class RedisSource implements ClusterSource {
    @Override
    public Cluster connect(GangwayProperties.Redis redis, String url) {
        RedisClusterBuilder builder = RedisCluster.builder(url);
        PropertyChoices.choose("redis.mode", redis.mode(), mode -> builder.mode(mode(mode)));
        PropertyChoices.choose("redis.key", redis.key(), builder::key);
        return builder.connect();
    }

    private static RedisMode mode(String name) {
        @Nullable
        RedisMode found = Arrays.stream(RedisMode.values())
                .filter(mode -> mode.name().equalsIgnoreCase(name))
                .findAny()
                .orElse(null);
        if (found == null) {
            List<String> names = Arrays.stream(RedisMode.values())
                    .map(mode -> mode.name().toLowerCase(Locale.ROOT))
                    .toList();
            throw new IllegalArgumentException("There are " + names);
        }
        return found;
    }
}
