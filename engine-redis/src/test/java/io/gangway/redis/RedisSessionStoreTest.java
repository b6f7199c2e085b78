package io.gangway.redis;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.SessionStoreContract;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;

/** Sessions in a real Redis, and the stream as their history. */
class RedisSessionStoreTest {
    private abstract static class OverStreams extends SessionStoreContract {
        private final String key = UUID.randomUUID().toString();
        private final Consumer<StreamsChoices> choices;

        OverStreams(Consumer<StreamsChoices> choices) {
            this.choices = choices;
        }

        @Override
        protected Cluster newNode() {
            return RedisCluster.builder(TestRedis.sharedUrl())
                    .mode(RedisMode.STREAMS)
                    .key(key)
                    .streams(streams -> choices.accept(streams.name(key).sessionPrefix(key)))
                    .connect();
        }
    }

    @Nested
    class OneStream extends OverStreams {
        OneStream() {
            super(streams -> {});
        }
    }

    /** The stream of the tests' namespace then has a negative number. */
    @Nested
    class SeveralStreamsWithShardedPubSub extends OverStreams {
        SeveralStreamsWithShardedPubSub() {
            super(streams -> streams.count(4).shardedPubSub());
        }
    }
}
