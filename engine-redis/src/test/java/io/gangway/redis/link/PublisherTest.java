package io.gangway.redis.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.redis.TestRedis;
import io.gangway.redis.wire.OutgoingMessage;
import io.gangway.redis.wire.Subscription;
import io.gangway.testing.Eventually;
import io.gangway.testing.FaultProxy;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisDataException;

/** When a publisher uses a new connection, and when it gives one up. */
@Tag("jedis")
@Timeout(30)
class PublisherTest {
    private final TestRedis redis = TestRedis.start();
    private final FaultProxy proxy = FaultProxy.to(redis.port());
    private final Counters counters = new Counters();
    private final CountDownLatch connected = new CountDownLatch(1);
    private volatile boolean subscribed;
    private volatile Runnable onConnected = () -> {};

    private final Publisher publisher = new Publisher(
            "redis",
            () -> new RedisConnection(
                    new HostAndPort("127.0.0.1", proxy.port()),
                    DefaultJedisClientConfig.builder().build()),
            new Backlog(10, Duration.ofSeconds(20), counters),
            Duration.ofMillis(200),
            counters,
            new Publisher.Listener() {
                @Override
                public void publisherChanged() {}

                @Override
                public void publisherConnected(String node) {
                    connected.countDown();
                    onConnected.run();
                }

                @Override
                public boolean isSubscribed(String node) {
                    return subscribed;
                }

                @Override
                public void published(Command message, long receivers) {}

                @Override
                public void refused(Command command, JedisDataException why) {}
            });

    private static Command message(Command.Kind kind) {
        return Command.of(new OutgoingMessage.Publish(Subscription.Kind.CHANNEL, "c", new byte[10]), kind, 1);
    }

    @AfterEach
    void close() throws Exception {
        publisher.close(Duration.ZERO);
        publisher.join(5_000);
        proxy.close();
        redis.close();
    }

    private Command waiting() throws Exception {
        Command message = message(Command.Kind.MESSAGE);
        publisher.send(message);
        publisher.start();
        assertTrue(connected.await(10, TimeUnit.SECONDS));
        return message;
    }

    @Test
    void whatHasWaitedWaitsOnUntilThisProcessListens() throws Exception {
        Command message = waiting();
        Command prompt = message(Command.Kind.PROMPT_MESSAGE);
        publisher.send(prompt);
        Throwable now = assertThrows(CompletionException.class, prompt.sent()::join);
        assertInstanceOf(ClusterUnavailableException.class, now.getCause());
        assertEquals(0, counters.published.sum());
        subscribed = true;
        publisher.retrySoon();
        assertEquals("", message.sent().get(1, TimeUnit.SECONDS));
        Eventually.holds("it is up", publisher::isUp);
    }

    @Test
    void whatIsNotHeardHereIsSentAfterTwoSecondsAllTheSame() throws Exception {
        long start = System.nanoTime();
        Command message = waiting();
        assertEquals("", message.sent().get(10, TimeUnit.SECONDS));
        long took = (System.nanoTime() - start) / 1_000_000;
        assertTrue(took >= 2_000, took + " ms");
    }

    @Test
    void whoClosesSendsWhatWaitsAtOnce() throws Exception {
        Command message = waiting();
        publisher.close(Duration.ofSeconds(1));
        assertEquals("", message.sent().get(0, TimeUnit.SECONDS));
    }

    @Test
    void aSilentConnectionIsReplacedAndNothingIsSentTwice() throws Exception {
        subscribed = true;
        waiting().sent().get(10, TimeUnit.SECONDS);
        Eventually.holds("it is up", publisher::isUp);
        proxy.freeze();
        Command inFlight = message(Command.Kind.MESSAGE);
        publisher.send(inFlight);
        Eventually.holds("it is given up", () -> {
            publisher.watch();
            return inFlight.sent().isCompletedExceptionally();
        });
        assertEquals(1, counters.unknown.sum());
        proxy.pass();
        Eventually.holds("it is up again", publisher::isUp);
        Command next = message(Command.Kind.MESSAGE);
        publisher.send(next);
        next.sent().get(10, TimeUnit.SECONDS);
        assertEquals(2, counters.published.sum());
    }

    @Test
    void aConnectionThatBreaksAtOnceIsMadeAgainLessAndLessOften() {
        AtomicInteger connections = new AtomicInteger();
        onConnected = () -> {
            connections.incrementAndGet();
            proxy.cut();
        };
        long start = System.nanoTime();
        publisher.start();
        Eventually.holds("it has tried five times", () -> connections.get() >= 5);
        long took = (System.nanoTime() - start) / 1_000_000;
        assertTrue(took >= 25 + 50 + 100 + 200, took + " ms");
    }
}
