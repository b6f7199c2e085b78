package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;

/** What is listened to, in which order, and how it is found out that nothing can come any more. */
@Timeout(30)
class SubscriberTest {
    private static final Subscription COUNTED = new Subscription(Subscription.Kind.CHANNEL, "questions");
    private static final Subscription ANSWERS = new Subscription(Subscription.Kind.CHANNEL, "answers");

    @Test
    void whatCountsNodesIsSubscribedToLastAlsoAfterAnOutage() {
        Subscriptions subscriptions = new Subscriptions();
        subscriptions.want(COUNTED, true);
        subscriptions.want(ANSWERS, false);
        assertEquals(List.of(ANSWERS, COUNTED), subscriptions.inOrder());
        subscriptions.disconnect();
        assertEquals(List.of(ANSWERS, COUNTED), subscriptions.inOrder());
    }

    @Test
    void aConnectionThatHasFallenSilentIsGivenUp() throws Exception {
        try (TestRedis redis = TestRedis.start();
                FaultProxy proxy = FaultProxy.to(redis.port())) {
            Subscriber subscriber = new Subscriber(
                    "redis",
                    () -> new RedisConnection(
                            new HostAndPort("127.0.0.1", proxy.port()),
                            DefaultJedisClientConfig.builder().build()),
                    Duration.ofMillis(50),
                    new Tally(),
                    new Subscriber.Events() {
                        @Override
                        public void subscriberChanged(String node) {}

                        @Override
                        public void message(Subscription subscription, String channel, byte[] body) {}

                        @Override
                        public void moved(Subscription subscription) {}
                    });
            subscriber.start();
            subscriber.want(ANSWERS, false).toCompletableFuture().get(10, TimeUnit.SECONDS);
            proxy.freeze();
            Node.eventually("it is given up", () -> {
                subscriber.ping();
                subscriber.watch();
                return !subscriber.isUp();
            });
            assertFalse(subscriber.hears(ANSWERS, System.nanoTime()));
            proxy.pass();
            Node.eventually("it listens again", () -> subscriber.hears(ANSWERS, System.nanoTime()));
            subscriber.close();
            subscriber.join(5_000);
        }
    }
}
