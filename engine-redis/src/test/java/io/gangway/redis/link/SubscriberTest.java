package io.gangway.redis.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.gangway.redis.TestRedis;
import io.gangway.redis.wire.Subscription;
import io.gangway.redis.wire.Utf8;
import io.gangway.testing.Eventually;
import io.gangway.testing.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** The order of subscriptions, batches, and how a silent connection is noticed. */
@Tag("jedis")
@Timeout(30)
class SubscriberTest {
    private static final Subscription COUNTED = new Subscription(Subscription.Kind.CHANNEL, "questions");
    private static final Subscription ANSWERS = new Subscription(Subscription.Kind.CHANNEL, "answers");

    @Test
    void whatCountsNodesIsSubscribedToLastAlsoAfterAnOutage() {
        Subscriptions subscriptions = new Subscriptions();
        subscriptions.add(COUNTED, true);
        subscriptions.add(ANSWERS, false);
        assertEquals(List.of(ANSWERS, COUNTED), subscriptions.inOrder());
        subscriptions.disconnected();
        assertEquals(List.of(ANSWERS, COUNTED), subscriptions.inOrder());
    }

    @Test
    void aConnectionThatHasFallenSilentIsGivenUp() throws Exception {
        try (TestRedis redis = TestRedis.start();
                FaultProxy proxy = FaultProxy.to(redis.port())) {
            Subscriber subscriber = listening(proxy.port(), Duration.ofMillis(50), new Recorder());
            proxy.freeze();
            Eventually.holds("it is given up", () -> {
                subscriber.ping();
                subscriber.watch();
                return !subscriber.isUp();
            });
            assertFalse(subscriber.isConfirmed(ANSWERS, System.nanoTime()));
            proxy.pass();
            Eventually.holds("it listens again", () -> subscriber.isConfirmed(ANSWERS, System.nanoTime()));
            subscriber.close();
            subscriber.join(5_000);
        }
    }

    @Test
    void messagesThatCameTogetherAreOneBatch() throws Exception {
        assertEquals(
                List.of("begin", "1", "2", "3", "end"), heard("1", "2", "3"), "a transaction's messages come together");
    }

    /** The rest could take a while to arrive, and clients would wait for what has arrived. */
    @Test
    void aBatchEndsBeforeTheRestOfAMessageIsWaitedFor() throws Exception {
        String tooLong = "x".repeat(20_000); // does not fit into the reader's buffer
        assertEquals(List.of("begin", "1", "end", "begin", tooLong, "end"), heard("1", tooLong));
    }

    /** What a subscriber reports of messages that are published in one transaction. */
    private static List<String> heard(String... messages) throws Exception {
        Recorder recorder = new Recorder();
        try (TestRedis redis = TestRedis.start();
                Jedis admin = redis.admin()) {
            Subscriber subscriber = listening(redis.port(), Duration.ofSeconds(60), recorder);
            Eventually.holds("it waits", recorder::isAtAnEnd);
            recorder.told.clear();

            try (AbstractTransaction transaction = admin.multi()) {
                for (String message : messages) {
                    transaction.publish(ANSWERS.channel(), message);
                }
                transaction.exec();
            }
            String last = messages[messages.length - 1];
            Eventually.holds("all is heard", () -> recorder.told.contains(last) && recorder.isAtAnEnd());
            subscriber.close();
            subscriber.join(5_000);
            return List.copyOf(recorder.told);
        }
    }

    /** A subscriber whose subscription to the answers is confirmed. */
    private static Subscriber listening(int port, Duration pingInterval, Subscriber.Listener events) throws Exception {
        Subscriber subscriber = new Subscriber(
                "redis",
                () -> new RedisConnection(
                        new HostAndPort("127.0.0.1", port),
                        DefaultJedisClientConfig.builder().build()),
                pingInterval,
                new Counters(),
                events);
        subscriber.start();
        subscriber.subscribe(ANSWERS, false).toCompletableFuture().get(10, TimeUnit.SECONDS);
        return subscriber;
    }

    private static final class Recorder implements Subscriber.Listener {
        final List<String> told = new CopyOnWriteArrayList<>();

        boolean isAtAnEnd() {
            int size = told.size();
            return size > 0 && told.get(size - 1).equals("end");
        }

        @Override
        public void subscriberChanged(String node) {}

        @Override
        public Runnable beginBatch() {
            told.add("begin");
            return () -> told.add("end");
        }

        @Override
        public void message(Subscription subscription, String channel, byte[] body) {
            told.add(Utf8.text(body));
        }

        @Override
        public void moved(Subscription subscription) {}
    }
}
