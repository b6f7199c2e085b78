package io.gangway.redis;

import io.gangway.ClusterContract;
import io.gangway.cluster.Cluster;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;

/** Engines joined over a real Redis, in each of the adapters' wire formats. */
class RedisContractTest {
    private abstract static class OverRedis extends ClusterContract {
        private final String key = UUID.randomUUID().toString();
        private final UnaryOperator<RedisClusterBuilder> mode;

        OverRedis(UnaryOperator<RedisClusterBuilder> mode) {
            this.mode = mode;
        }

        @Override
        protected Cluster newNode() {
            return mode.apply(RedisCluster.builder(TestRedis.sharedUrl()).key(key))
                    .connect();
        }
    }

    @Nested
    class Classic extends OverRedis {
        Classic() {
            super(builder -> builder);
        }
    }

    @Nested
    class Static extends OverRedis {
        Static() {
            super(builder -> builder.mode(RedisMode.SHARDED).subscriptionMode(SubscriptionMode.STATIC));
        }
    }

    @Nested
    class Dynamic extends OverRedis {
        Dynamic() {
            super(builder -> builder.mode(RedisMode.SHARDED));
        }
    }

    @Nested
    class DynamicPrivate extends OverRedis {
        DynamicPrivate() {
            super(builder -> builder.mode(RedisMode.SHARDED).subscriptionMode(SubscriptionMode.DYNAMIC_PRIVATE));
        }
    }

    @Nested
    class Streams extends OverRedis {
        Streams() {
            super(builder -> builder.mode(RedisMode.STREAMS));
        }
    }
}
