package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.redis.link.Ranges;
import io.gangway.redis.link.RedisUrl;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invalid choices are refused before anything connects, with a text that tells the way out. */
class RedisClusterBuilderTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    localhost:6379                  | begins with "localhost:"
                    http://localhost                | begins with "http:"
                    localhost                       | has no scheme
                    redis://ada:12/hunter-secret@host | an @ follows the host
                    redis://                        | malformed
                    redis://:secret@                | no host
                    redis://u:se cret@host          | malformed at character 8
                    redis://u:se#cret@host          | percent-encoded
                    redis://user@host               | has a user, but no password
                    redis://:secret@host/x          | the database "x"
                    redis://:secret@host/-1         | the database "-1"
                    redis://:secret@host?x=y        | a query or fragment
                    """)
    void aUrlThatMakesNoSenseIsRefusedWithoutShowingItsPassword(String url, String words) {
        String message = assertThrows(IllegalArgumentException.class, () -> RedisCluster.connect(url))
                .toString();
        assertTrue(message.contains(words), message);
        assertTrue(!message.contains("cret@") && !message.contains("secret"), message);
    }

    @Test
    void aUrlSaysWhereAndWho() {
        RedisUrl url = RedisUrl.parse("rediss://user:p%40ss%3A@host:7000/3");
        assertEquals("user p@ss: 3", url.user() + " " + url.password() + " " + url.database());
        assertEquals("rediss://host:7000/3", url.toString());
        assertEquals("redis://host:6379", RedisUrl.parse("redis://:pw@host").toString());
    }

    @Test
    void choicesForAnotherModeAreRefused() {
        RedisClusterBuilder builder = RedisCluster.builder("redis://localhost").mode(RedisMode.SHARDED);
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> builder.specificResponseChannel().connect())
                .getMessage();
        assertEquals(
                "specificResponseChannel() is only for mode CLASSIC, but the mode is SHARDED; leave it out, or choose mode(RedisMode.CLASSIC)",
                message);
        assertThrows(
                IllegalArgumentException.class,
                () -> builder.streams(streams -> {}).connect());
        assertThrows(
                IllegalArgumentException.class,
                () -> RedisCluster.builder("redis://localhost")
                        .subscriptionMode(SubscriptionMode.STATIC)
                        .connect());
    }

    @Test
    void anEmittersChoicesForAnotherModeAreRefused() {
        refused(
                "subscriptionMode(STATIC) is only for mode SHARDED, but the mode is CLASSIC; leave it out, or choose"
                        + " mode(RedisMode.SHARDED)",
                () -> RedisEmitter.builder("redis://localhost")
                        .subscriptionMode(SubscriptionMode.STATIC)
                        .connect());
        refused(
                "streams(..) is only for mode STREAMS, but the mode is SHARDED; leave it out, or choose"
                        + " mode(RedisMode.STREAMS)",
                () -> RedisEmitter.builder("redis://localhost")
                        .mode(RedisMode.SHARDED)
                        .streams(streams -> streams.count(2))
                        .connect());
    }

    @Test
    void timesThatAreOverAtOnceOrNeverAreRefusedAtOnce() {
        RedisClusterBuilder builder = RedisCluster.builder("redis://localhost");
        Map<String, Consumer<Duration>> choices = Map.of(
                "offlineBuffer's age", age -> builder.offlineBuffer(1, age),
                "pingInterval", builder::pingInterval,
                "block", wait -> builder.streams(streams -> streams.block(wait)));
        Map<String, Long> least = Map.of("offlineBuffer's age", 0L, "pingInterval", 10L, "block", 1L);
        for (Duration never :
                List.of(Ranges.LONGEST.plusNanos(1), Duration.ofDays(200_000), ChronoUnit.FOREVER.getDuration())) {
            choices.forEach((name, choice) -> refused(
                    name + " " + never + " is too long; it must be at most 2147483647 ms, which is 24 days",
                    () -> choice.accept(never)));
        }
        choices.forEach((name, choice) -> {
            Duration tooShort = Duration.ofMillis(least.get(name)).minusNanos(1);
            refused(
                    name + " " + tooShort + " is too short; it must be at least " + least.get(name) + " ms",
                    () -> choice.accept(tooShort));
            refused(
                    name + " " + Duration.ofSeconds(Long.MIN_VALUE) + " is too short; it must be at least "
                            + least.get(name) + " ms",
                    () -> choice.accept(Duration.ofSeconds(Long.MIN_VALUE)));
            choice.accept(Duration.ofMillis(least.get(name)));
            choice.accept(Ranges.LONGEST);
        });
    }

    @Test
    void whoWaitsForeverIsRefusedAndWhoWaitsForNothingIsToldAtOnce() {
        try (RedisCluster cluster = RedisCluster.connect("redis://localhost:1")) {
            refused(
                    "awaitUp PT596H31M23.648S is too long; it must be at most 2147483647 ms, which is 24 days",
                    () -> cluster.awaitUp(Duration.ofMillis(1L + Integer.MAX_VALUE)));
            assertThrows(ClusterUnavailableException.class, () -> cluster.awaitUp(Duration.ofSeconds(Long.MIN_VALUE)));
        }
    }

    @Test
    void anEmittersBufferHasTheSameBounds() {
        RedisEmitterBuilder builder = RedisEmitter.builder("redis://localhost");
        refused(
                "offlineBuffer's age PT4800000H is too long; it must be at most 2147483647 ms, which is 24 days",
                () -> builder.offlineBuffer(1, Duration.ofDays(200_000)));
        refused(
                "offlineBuffer's messages -1 is too small; it must be at least 0",
                () -> builder.offlineBuffer(-1, Duration.ZERO));
    }

    private static void refused(String words, Executable choice) {
        assertEquals(words, assertThrows(IllegalArgumentException.class, choice).getMessage());
    }

    @Test
    void numbersOutOfRangeAreRefusedAtOnce() {
        RedisClusterBuilder builder = RedisCluster.builder("redis://localhost");
        assertThrows(IllegalArgumentException.class, () -> builder.key(""));
        refused("count 0 is too small; it must be at least 1", () -> builder.streams(streams -> streams.count(0)));
        refused("maxLen 0 is too small; it must be at least 1", () -> builder.streams(streams -> streams.maxLen(0)));
        refused(
                "readCount -1 is too small; it must be at least 1",
                () -> builder.streams(streams -> streams.readCount(-1)));
        refused(
                "offlineBuffer's messages -1 is too small; it must be at least 0",
                () -> builder.offlineBuffer(-1, Duration.ofSeconds(1)));
        refused(
                "Jedis's socketTimeoutMillis -1 is too small; it must be at least 0",
                () -> builder.jedis(config -> config.socketTimeoutMillis(-1)).connect());
        assertThrows(IllegalArgumentException.class, () -> RedisCluster.seeds(List.of()));
        assertThrows(IllegalArgumentException.class, () -> RedisCluster.seeds(List.of("redis://host/1")));
        assertThrows(IllegalArgumentException.class, () -> RedisCluster.sentinels("", List.of("redis://host")));
        assertThrows(IllegalArgumentException.class, () -> RedisEmitter.seeds(List.of("redis://host/1")));
        assertThrows(IllegalArgumentException.class, () -> RedisEmitter.sentinels("main", List.of()));
        assertThrows(IllegalArgumentException.class, () -> RedisEmitter.sentinels(" ", List.of("redis://host")));
    }

    @Test
    void aSentinelWithADatabaseIsRefusedWithAWayOut() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> RedisCluster.sentinels("main", List.of("redis://:secret@one", "redis://:secret@two/3")))
                .getMessage();
        assertTrue(message.contains("redis://two:26379/3") && message.contains("config.database(..)"), message);
        assertTrue(!message.contains("secret"), message);
    }

    @Test
    void someConnectionsWithTlsAndSomeWithoutAreRefused() {
        List<String> urls = List.of("redis://one", "rediss://two");
        for (Executable way : List.<Executable>of(
                () -> RedisCluster.seeds(urls),
                () -> RedisCluster.sentinels("main", urls),
                () -> RedisEmitter.seeds(urls),
                () -> RedisEmitter.sentinels("main", urls))) {
            String message = assertThrows(IllegalArgumentException.class, way).getMessage();
            assertTrue(message.contains("rediss://two"), message);
        }
    }
}
