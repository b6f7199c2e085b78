package io.gangway.redis.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.redis.TestRedis;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** A connection to a real Redis behaves the same with each version of Jedis. */
@Tag("jedis")
@Timeout(30)
class RedisConnectionTest {
    private static final CommandArguments PING = new CommandArguments(Protocol.Command.PING);

    @Test
    void itSpeaksResp2WithoutAskingWhateverElseIsChosen() {
        try (TestRedis redis = TestRedis.start();
                RedisConnection connection =
                        connect(redis, DefaultJedisClientConfig.builder().resp3())) {
            String clients = TestRedis.text(connection.ask(new CommandArguments(Protocol.Command.CLIENT).add("LIST")));
            assertTrue(clients.contains("resp=2") && !clients.contains("resp=3"), clients);
            String commands = TestRedis.text(redis.command("INFO", "commandstats"));
            assertFalse(commands.contains("cmdstat_hello"), commands);
        }
    }

    @Test
    void itReadsAnswersAndErrorsInTurn() {
        try (TestRedis redis = TestRedis.start();
                RedisConnection connection = connect(redis, DefaultJedisClientConfig.builder())) {
            connection.write(PING);
            connection.write(new CommandArguments(Protocol.Command.GET));
            connection.write(PING);
            connection.flush();
            assertEquals("PONG", TestRedis.text(connection.read()));
            assertThrows(JedisDataException.class, connection::read);
            assertEquals("PONG", TestRedis.text(connection.read()));
            assertFalse(connection.isBroken());
        }
    }

    @Test
    void beforeItWaitsItSaysSoAndNotBetweenAnswersThatCameTogether() {
        try (TestRedis redis = TestRedis.start();
                RedisConnection connection = connect(redis, DefaultJedisClientConfig.builder())) {
            AtomicInteger waits = new AtomicInteger();
            connection.beforeWaiting(waits::incrementAndGet);
            // Redis sends the messages that one script publishes at once.
            connection.write(new CommandArguments(Protocol.Command.SUBSCRIBE).add("news"));
            connection.flush();
            connection.read();
            waits.set(0);
            redis.command("EVAL", "redis.call('PUBLISH', 'news', 'a') return redis.call('PUBLISH', 'news', 'b')", "0");
            connection.read();
            connection.read();
            assertEquals(1, waits.get());
        }
    }

    @Test
    void onceCutItIsNeverMadeAnew() {
        try (TestRedis redis = TestRedis.start();
                RedisConnection connection = connect(redis, DefaultJedisClientConfig.builder())) {
            connection.cut();
            int before = connections(redis);
            assertThrows(JedisConnectionException.class, () -> connection.write(PING));
            assertThrows(JedisConnectionException.class, connection::read);
            assertEquals(before + 1, connections(redis), "connections beside that which asks");
        }
    }

    private static RedisConnection connect(TestRedis redis, DefaultJedisClientConfig.Builder config) {
        return new RedisConnection(redis.address(), RedisConnection.resp2(config));
    }

    private static int connections(TestRedis redis) {
        return TestRedis.text(redis.command("INFO", "stats"))
                .lines()
                .filter(line -> line.startsWith("total_connections_received:"))
                .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf(':') + 1)))
                .findFirst()
                .orElseThrow();
    }
}
