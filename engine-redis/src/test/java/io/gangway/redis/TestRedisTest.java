package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** The Redis of the tests is a real one, of a version that has sharded channels. */
class TestRedisTest {
    @Test
    void itStartsStopsAndStartsAgainOnTheSamePort() {
        try (TestRedis redis = TestRedis.start()) {
            try (Jedis admin = redis.admin()) {
                admin.set("key", "value");
            }
            redis.stop();
            assertThrows(JedisConnectionException.class, () -> redis.command("PING"));
            redis.restart();
            try (Jedis admin = redis.admin()) {
                assertEquals(null, admin.get("key"), "it remembers nothing");
            }
            assertEquals(0L, redis.command("SPUBLISH", "channel", "body"));
        }
    }
}
