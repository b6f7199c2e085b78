package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.redis.wire.Subscription;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.params.XAddParams;

/** Whatever arrives on the channels, the reader survives, counts it, and does not fill the log. */
@Tag("jedis")
@Timeout(60)
class RedisPoisonTest {
    private static final int BODIES = 10_000;

    private final Random random = new Random(42);

    @ParameterizedTest
    @EnumSource
    void malformedMessagesOnEveryChannelCostFewLogLines(RedisMode mode) {
        String key = UUID.randomUUID().toString();
        try (TestRedis redis = TestRedis.start();
                Node one = node(redis, mode, key);
                Node other = node(redis, mode, key);
                Jedis sender = redis.admin()) {
            List<Subscription> subscriptions = one.cluster.link().subscriptions("/");
            long sent = (long) BODIES * subscriptions.size();
            List<String> logged;
            try (CapturedLog log = new CapturedLog()) {
                for (Subscription subscription : subscriptions) {
                    poison(sender, subscription);
                }
                Eventually.holds("all have come", () -> fate(one) == sent);
                logged = log.lines();
            }

            assertTrue(
                    one.cluster.health().malformed() > sent / 2,
                    one.cluster.health().toString());
            assertEquals(0, one.detail("handlerErrors"));
            assertEquals(0, one.detail("subscriberReconnects") + one.detail("streamReconnects"));
            long lines =
                    logged.stream().filter(line -> line.contains("malformed")).count();
            assertTrue(lines >= 1 && lines <= 2 * 10, "two nodes wrote " + lines + " lines:\n" + logged);

            one.received.clear();
            other.channel.publish(TinyFormat.event("hello"));
            assertEquals("[\"hello\"]", TinyFormat.text(one.next()));
        }
    }

    private static Node node(TestRedis redis, RedisMode mode, String key) {
        RedisClusterBuilder builder = RedisCluster.builder(redis.url()).key(key).mode(mode);
        if (mode == RedisMode.STREAMS) {
            builder.streams(streams -> streams.name(key));
        }
        return new Node(builder.connect()).awaitUp();
    }

    private static long fate(Node node) {
        return node.cluster.health().malformed()
                + node.cluster.health().received()
                + node.detail("selfSkipped")
                + node.detail("roomSkipped");
    }

    private void poison(Jedis sender, Subscription subscription) {
        byte[] channel = subscription.channel().replaceAll("\\*$", "").getBytes(StandardCharsets.UTF_8);
        List<byte[]> bodies = new ArrayList<>();
        for (int i = 0; i < BODIES; i++) {
            byte[] body = new byte[random.nextInt(64)];
            random.nextBytes(body);
            bodies.add(body);
        }
        try (Pipeline pipeline = sender.pipelined()) {
            for (byte[] body : bodies) {
                switch (subscription.kind()) {
                    case STREAM ->
                        pipeline.xadd(
                                channel,
                                new XAddParams(),
                                java.util.Map.of("nsp".getBytes(), "/".getBytes(), "data".getBytes(), body));
                    case SHARDED -> pipeline.sendCommand(Protocol.Command.SPUBLISH, channel, body);
                    default -> pipeline.publish(channel, body);
                }
            }
        }
    }
}
