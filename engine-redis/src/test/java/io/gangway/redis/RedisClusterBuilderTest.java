package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What makes no sense is refused before anything is connected, with words that help. */
class RedisClusterBuilderTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    localhost:6379                  | begins with "localhost:"
                    http://localhost                | begins with "http:"
                    localhost                       | has no scheme
                    redis://ada:12/hunter-secret@host | an @ behind the host
                    redis://                        | malformed
                    redis://:secret@                | no host
                    redis://u:se cret@host          | malformed at character 8
                    redis://u:se#cret@host          | percent-encoded
                    redis://user@host               | has a user, but no password
                    redis://:secret@host/x          | database is "x"
                    redis://:secret@host/-1         | database is "-1"
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
        assertEquals("specificResponseChannel() does not go with mode SHARDED, but with [PUBSUB]", message);
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
    void numbersOutOfRangeAreRefusedAtOnce() {
        RedisClusterBuilder builder = RedisCluster.builder("redis://localhost");
        assertThrows(IllegalArgumentException.class, () -> builder.offlineBuffer(-1, Duration.ofSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> builder.offlineBuffer(1, Duration.ofSeconds(-1)));
        assertThrows(IllegalArgumentException.class, () -> builder.pingInterval(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> builder.key(""));
        assertThrows(IllegalArgumentException.class, () -> builder.streams(streams -> streams.count(0)));
        assertThrows(IllegalArgumentException.class, () -> builder.streams(streams -> streams.maxLen(0)));
        assertThrows(IllegalArgumentException.class, () -> RedisCluster.seeds(List.of()));
        assertThrows(IllegalArgumentException.class, () -> RedisCluster.seeds(List.of("redis://host/1")));
        assertThrows(IllegalArgumentException.class, () -> RedisCluster.sentinels("", List.of("redis://host")));
        assertThrows(IllegalArgumentException.class, () -> RedisEmitter.seeds(List.of("redis://host/1")));
        assertThrows(IllegalArgumentException.class, () -> RedisEmitter.sentinels("main", List.of()));
    }
}
