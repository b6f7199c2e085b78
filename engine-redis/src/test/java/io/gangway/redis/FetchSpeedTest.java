package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Engine;
import io.gangway.testing.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How long it takes to fetch twenty thousand sockets, half of them of another node: {@code mvn -B -pl engine-redis
 * -am test -Dtest=FetchSpeedTest -Dgangway.long=true -Dsurefire.failIfNoSpecifiedTests=false}. The limit is for two
 * cores that nobody else uses; the figures are printed.
 */
@EnabledIfSystemProperty(named = "gangway.long", matches = "true")
@Timeout(180)
class FetchSpeedTest {
    private static final int SOCKETS = 10_000;
    private static final int WARM_UP = 20;
    private static final Pattern SID = Pattern.compile("\"sid\":\"([\\w-]{20})\"");
    private static final Duration LIMIT = Duration.ofMillis(500);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @ParameterizedTest
    @EnumSource
    void twentyThousandSocketsAreFetchedWithinHalfASecond(RedisMode mode) throws Exception {
        try (TestRedis redis = TestRedis.start();
                Engine asking = engine(redis, mode);
                Engine asked = engine(redis, mode)) {
            Eventually.holds(
                    "both are there", () -> asking.namespace("/").nodeCount().join() == 2);
            for (Engine engine : List.of(asking, asked)) {
                for (int i = 0; i < SOCKETS; i++) {
                    join(engine.port());
                }
                Eventually.holds(
                        "all have joined", () -> engine.namespace("/").sockets().size() == SOCKETS);
            }
            long[] times = new long[WARM_UP + 5];
            for (int round = 0; round < times.length; round++) {
                long start = System.nanoTime();
                assertEquals(
                        2 * SOCKETS, asking.namespace("/").fetchSockets().join().size());
                times[round] = System.nanoTime() - start;
            }
            Duration first = Duration.ofNanos(times[0]);
            long[] measured = Arrays.copyOfRange(times, WARM_UP, times.length);
            Arrays.sort(measured);
            Duration median = Duration.ofNanos(measured[measured.length / 2]);
            System.out.printf(
                    "%s: 2 x %,d sockets fetched in %d ms, from %d to %d; the first time in %d%n",
                    mode,
                    SOCKETS,
                    median.toMillis(),
                    measured[0] / 1_000_000,
                    measured[measured.length - 1] / 1_000_000,
                    first.toMillis());
            assertTrue(median.compareTo(LIMIT) <= 0, median.toString());
        }
    }

    private static Engine engine(TestRedis redis, RedisMode mode) {
        RedisCluster cluster =
                RedisCluster.builder(redis.url()).mode(mode).key("fetch").connect();
        return Engine.builder()
                .port(0)
                .cluster(cluster)
                .pingInterval(Duration.ofMinutes(10)) // they do nothing more
                .namespace("/")
                .onConnect(socket -> {
                    socket.share(Map.of("name", "ada", "since", 1_764_000_000_000L));
                    socket.join("lobby", "news");
                })
                .start();
    }

    /** By polling, of which no connection is left. */
    private void join(int port) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + "/socket.io/?EIO=4&transport=polling");
        String opened =
                http.send(likeABrowser(uri).build(), BodyHandlers.ofString()).body();
        Matcher sid = SID.matcher(opened);
        assertTrue(sid.find(), opened);
        http.send(
                likeABrowser(URI.create(uri + "&sid=" + sid.group(1)))
                        .POST(BodyPublishers.ofString("40"))
                        .build(),
                BodyHandlers.ofString());
    }

    /** With as many headers, which fetchSockets tells of. */
    private static HttpRequest.Builder likeABrowser(URI uri) {
        return HttpRequest.newBuilder(uri)
                .header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0")
                .header("Accept", "*/*")
                .header("Accept-Language", "en-GB,en;q=0.7,de;q=0.3")
                .header("Accept-Encoding", "gzip, deflate, br, zstd")
                .header("Referer", "http://127.0.0.1:" + uri.getPort() + "/")
                .header("Sec-Fetch-Dest", "empty")
                .header("Sec-Fetch-Mode", "cors")
                .header("Sec-Fetch-Site", "same-origin")
                .header("Priority", "u=4");
    }
}
