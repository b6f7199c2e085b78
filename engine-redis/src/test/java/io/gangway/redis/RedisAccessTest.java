package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.cluster.Cluster;
import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.cluster.Missed;
import io.gangway.cluster.SessionStore;
import io.gangway.cluster.SessionStore.Recall;
import io.gangway.cluster.StoredSession;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.SslOptions;

/** Access to Redis: users with few rights, TLS, and passwords that never appear in the log. */
@Tag("jedis")
@Timeout(60)
class RedisAccessTest {
    /** A right to a pattern is a right to just that pattern: so in mode CLASSIC each namespace needs its own. */
    private static final String[] RIGHTS = """
            on >secret%word resetchannels &socket.io* &socket.io#/#* ~socket.io* ~sio:session:* +publish +subscribe +psubscribe \
            +unsubscribe +punsubscribe +pubsub +ping +hello +client|setname +spublish +ssubscribe +sunsubscribe \
            +xadd +xread +xrevrange +xinfo +xrange +exists +set +get +getrange +del +eval""".split(" ");

    @ParameterizedTest
    @EnumSource
    void theRightsOfTheReadmeSuffice(RedisMode mode) throws Exception {
        try (TestRedis redis = TestRedis.start()) {
            grant(redis);
            String url = redis.url().replace("redis://", "redis://sio:secret%25word@");
            try (Node one = new Node(RedisCluster.builder(url).mode(mode).connect()).awaitUp();
                    Node other = new Node(RedisCluster.builder(redis.url())
                                    .credentials("sio", "secret%word")
                                    .mode(mode)
                                    .connect())
                            .awaitUp()) {
                one.channel.publish(TinyFormat.event("hello"));
                assertEquals("[\"hello\"]", other.nextText());
                assertEquals(2, one.channel.nodeCount().toCompletableFuture().join());
                one.channel.sessions().ifPresent(RedisAccessTest::useAll);
                one.cluster.adminSessions().save("0123456789abcdef");
                assertTrue(other.cluster.adminSessions().exists("0123456789abcdef"));
                assertEquals(0, one.detail("refused"));
            }
        }
    }

    private static void useAll(SessionStore sessions) {
        StoredSession session = new StoredSession(
                "secret",
                "id",
                Set.of(),
                new TinyFormat.Text("{}"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        done(sessions.save(session, Duration.ofMinutes(1)));
        assertTrue(done(sessions.claim(done(sessions.find("secret")).orElseThrow())));
        assertTrue(done(sessions.holder("secret")).isEmpty());
        assertEquals(Recall.NOT_HERE, done(sessions.recall("secret", Optional.empty())));
        done(sessions.missed(sessions.latestOffset(), new Missed.Limits(9, 9)));
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static void grant(TestRedis redis) {
        setUser(redis, RIGHTS);
        redis.command("ACL", "SETUSER", "default", "off");
    }

    private static void setUser(TestRedis redis, String... rules) {
        String[] arguments = new String[rules.length + 2];
        arguments[0] = "SETUSER";
        arguments[1] = "sio";
        System.arraycopy(rules, 0, arguments, 2, rules.length);
        redis.command("ACL", arguments);
    }

    @ParameterizedTest
    @EnumSource
    void rightsThatAreTakenAwayAreNoticedAndUsedAgainOnceTheyAreBack(RedisMode mode) {
        try (TestRedis redis = TestRedis.start()) {
            setUser(redis, RIGHTS);
            String url = redis.url().replace("redis://", "redis://sio:secret%25word@");
            RedisClusterBuilder builder = RedisCluster.builder(url).mode(mode).pingInterval(Duration.ofMillis(200));
            if (mode == RedisMode.STREAMS) {
                builder.streams(streams -> streams.block(Duration.ofMillis(50)));
            }
            try (Node one = new Node(
                                    RedisCluster.builder(redis.url()).mode(mode).connect())
                            .awaitUp();
                    Node other = new Node(builder.connect()).awaitUp()) {
                setUser(redis, "resetchannels", "-xread");
                Eventually.holds(
                        "it does not hear", () -> !other.cluster.health().isUp());
                setUser(redis, RIGHTS);
                Eventually.holds("it hears again", () -> other.cluster.health().isUp());
                one.channel.publish(TinyFormat.event("hello"));
                assertEquals("[\"hello\"]", other.nextText());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusedMessagesDegradeTheHealthUntilAcceptedAgain(RedisMode mode) {
        try (TestRedis redis = TestRedis.start()) {
            setUser(redis, RIGHTS);
            String url = redis.url().replace("redis://", "redis://sio:secret%25word@");
            try (Node one = new Node(RedisCluster.builder(url).mode(mode).connect()).awaitUp()) {
                setUser(redis, "-publish", "-spublish", "-xadd");
                one.channel.publish(TinyFormat.event("refused"));
                awaitState(one, Cluster.State.DEGRADED);
                setUser(redis, RIGHTS);
                one.channel.publish(TinyFormat.event("taken"));
                awaitState(one, Cluster.State.UP);
                assertEquals(List.of(true), one.links); // pending requests do not fail
            }
        }
    }

    private static void awaitState(Node node, Cluster.State state) {
        Eventually.holds("the state is " + state, () -> node.cluster.health().state() == state);
    }

    @Test
    void refusedCredentialsAreLoggedWithoutPasswords() {
        try (TestRedis redis = TestRedis.start();
                CapturedLog log = new CapturedLog()) {
            grant(redis);
            String wrong = redis.url().replace("redis://", "redis://sio:wr0ng@");
            String right = redis.url().replace("redis://", "redis://sio:secret%25word@");
            try (RedisCluster refused = RedisCluster.connect(wrong);
                    RedisCluster forbidden =
                            RedisCluster.builder(right).key("elsewhere").connect()) {
                var failure =
                        assertThrows(ClusterUnavailableException.class, () -> refused.awaitUp(Duration.ofMillis(300)));
                new Node(forbidden);
                Eventually.holds(
                        "it is said",
                        () -> log.text().contains("NOPERM") && log.text().contains("WRONGPASS"));
                String all = log.text() + failure.toString() + refused + refused.health() + forbidden;
                assertTrue(!all.contains("wr0ng") && !all.contains("secret"), all);
                assertTrue(log.text().contains("refused the subscription to elsewhere"), log.text());
            }
        }
    }

    @Test
    void overTlsWhoIsTrustedIsConnectedToAndNobodyElse(@TempDir Path directory) throws Exception {
        Path store = directory.resolve("redis.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-alias",
                        "redis",
                        "-dname",
                        "CN=redis",
                        "-ext",
                        "SAN=DNS:localhost,IP:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit")
                .inheritIO()
                .start();
        assertEquals(0, keytool.waitFor());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        Path certificate =
                pem(directory, "CERTIFICATE", keys.getCertificate("redis").getEncoded());
        Path key = pem(
                directory,
                "PRIVATE KEY",
                keys.getKey("redis", "changeit".toCharArray()).getEncoded());
        try (TestRedis redis = TestRedis.startTls(certificate, key)) {
            String url = "rediss://localhost:" + redis.port();
            RedisClusterBuilder trusting = RedisCluster.builder(url)
                    .jedis(config -> config.sslOptions(SslOptions.builder()
                            .truststore(store.toFile(), "changeit".toCharArray())
                            .trustStoreType("PKCS12")
                            .build()));
            try (Node one = new Node(trusting.connect()).awaitUp();
                    Node other = new Node(trusting.connect()).awaitUp();
                    RedisCluster wary = RedisCluster.connect(url)) {
                one.channel.publish(TinyFormat.event("hello"));
                assertEquals("[\"hello\"]", other.nextText());
                assertThrows(ClusterUnavailableException.class, () -> wary.awaitUp(Duration.ofMillis(500)));
            }
        }
    }

    private static Path pem(Path directory, String what, byte[] bytes) throws Exception {
        return Files.write(
                directory.resolve(what.replace(' ', '-') + ".pem"),
                List.of(
                        "-----BEGIN " + what + "-----",
                        Base64.getMimeEncoder().encodeToString(bytes),
                        "-----END " + what + "-----"));
    }
}
