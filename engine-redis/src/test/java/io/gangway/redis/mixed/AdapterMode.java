package io.gangway.redis.mixed;

import io.gangway.ClusterTracing;
import io.gangway.redis.RedisCluster;
import io.gangway.redis.RedisClusterBuilder;
import io.gangway.redis.RedisEmitter;
import io.gangway.redis.RedisEmitterBuilder;
import io.gangway.redis.RedisMode;
import io.gangway.redis.StreamsChoices;
import io.gangway.redis.SubscriptionMode;
import java.util.Map;

/** The adapters of the Node.js servers, with those of their options that change what goes over Redis. */
enum AdapterMode {
    CLASSIC("classic", Map.of()),
    CLASSIC_OWN_CHANNEL("classic", Map.of("publishOnSpecificResponseChannel", true)),
    SHARDED_STATIC("sharded", Map.of("subscriptionMode", "static")),
    SHARDED_DYNAMIC("sharded", Map.of("subscriptionMode", "dynamic")),
    SHARDED_DYNAMIC_PRIVATE("sharded", Map.of("subscriptionMode", "dynamic-private")),
    STREAMS("streams", Map.of()),
    STREAMS_SHARDED("streams", Map.of("useShardedPubSub", true));

    /** What the adapter is called in peer.js. */
    final String adapter;

    @SuppressWarnings("ImmutableEnumChecker") // Map.of makes an immutable one
    final Map<String, Object> options;

    AdapterMode(String adapter, Map<String, Object> options) {
        this.adapter = adapter;
        this.options = options;
    }

    /** The cluster of a Java server that joins them. */
    RedisCluster connect(String url) {
        RedisClusterBuilder builder = RedisCluster.builder(url);
        return switch (this) {
            case CLASSIC -> builder.connect();
            case CLASSIC_OWN_CHANNEL -> builder.specificResponseChannel().connect();
            case SHARDED_STATIC, SHARDED_DYNAMIC, SHARDED_DYNAMIC_PRIVATE ->
                builder.mode(RedisMode.SHARDED)
                        .subscriptionMode(subscriptionMode())
                        .connect();
            case STREAMS -> builder.mode(RedisMode.STREAMS).connect();
            case STREAMS_SHARDED ->
                builder.mode(RedisMode.STREAMS)
                        .streams(StreamsChoices::shardedPubSub)
                        .connect();
        };
    }

    /** The emitter of Java for them. */
    RedisEmitter emitter(String url, ClusterTracing traces) {
        RedisEmitterBuilder builder = RedisEmitter.builder(url).clusterTracing(traces);
        return switch (this) {
            case CLASSIC, CLASSIC_OWN_CHANNEL -> builder.connect();
            case SHARDED_STATIC, SHARDED_DYNAMIC, SHARDED_DYNAMIC_PRIVATE ->
                builder.mode(RedisMode.SHARDED)
                        .subscriptionMode(subscriptionMode())
                        .connect();
            case STREAMS -> builder.mode(RedisMode.STREAMS).connect();
            case STREAMS_SHARDED ->
                builder.mode(RedisMode.STREAMS)
                        .streams(StreamsChoices::shardedPubSub)
                        .connect();
        };
    }

    private SubscriptionMode subscriptionMode() {
        return SubscriptionMode.valueOf(name().substring("SHARDED_".length()));
    }

    boolean isClassic() {
        return adapter.equals("classic");
    }

    boolean isStreams() {
        return adapter.equals("streams");
    }

    /** Whether rooms are subscribed to one by one. */
    boolean hasRoomChannels() {
        return this == SHARDED_DYNAMIC || hasPrivateRoomChannels();
    }

    /** Whether the rooms of sockets' ids have channels too. */
    boolean hasPrivateRoomChannels() {
        return this == SHARDED_DYNAMIC_PRIVATE;
    }
}
