package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Engine;
import io.gangway.admin.AdminClient;
import io.gangway.admin.AdminSessions;
import io.gangway.admin.AdminUi;
import io.gangway.clients.WireClient;
import io.gangway.cluster.ClusterUnavailableException;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import io.gangway.testing.TimeBound;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sessions of administrators in a real Redis. */
@Timeout(60)
class RedisAdminSessionsTest {
    private static final String ID = "00112233445566aa";

    private final TestRedis redis = TestRedis.start();
    private final RedisCluster cluster = RedisCluster.connect(redis.url()).awaitUp(WireClient.PATIENCE);
    private final AdminSessions sessions = cluster.adminSessions();

    @AfterEach
    void close() {
        cluster.close();
        redis.close();
    }

    @Test
    void everyServerOfTheSamePrefixFindsThem() throws Exception {
        assertFalse(sessions.exists(ID));
        sessions.save(ID);
        assertTrue(sessions.exists(ID));
        assertFalse(sessions.exists("00112233445566ab"));
        try (RedisCluster other = RedisCluster.connect(redis.url()).awaitUp(WireClient.PATIENCE)) {
            assertTrue(other.adminSessions("socket.io-admin").exists(ID));
            assertFalse(other.adminSessions("other").exists(ID));
            other.adminSessions("other").save(ID);
        }
        assertEquals(1L, redis.command("EXISTS", "other#" + ID));
        assertEquals("true", TestRedis.text(redis.command("GET", "socket.io-admin#" + ID)));
        long seconds = (Long) redis.command("TTL", "socket.io-admin#" + ID);
        assertTrue(seconds > 86_000 && seconds <= 86_400, seconds + " s");
        redis.command("DEL", "socket.io-admin#" + ID);
        assertFalse(sessions.exists(ID));
        assertThrows(IllegalArgumentException.class, () -> cluster.adminSessions(""));
    }

    @Test
    void withoutRedisAdministratorsLogInAgain() {
        try (Engine engine = Engine.builder()
                        .port(0)
                        .cluster(cluster)
                        .extend(AdminUi.login((user, password) -> password.equals("right"))
                                .sessions(sessions))
                        .start();
                CapturedLog log = new CapturedLog()) {
            Map<String, String> login = Map.of("username", "admin", "password", "right");
            String id;
            try (AdminClient admin = AdminClient.open(engine.port(), login)) {
                id = admin.next("session").get(0).getAsString();
            }
            AdminClient.open(engine.port(), Map.of("sessionId", id)).close();
            redis.stop();
            Eventually.holds("it is noticed", () -> !cluster.health().isUp());
            assertEquals("invalid credentials", AdminClient.refused(engine.port(), Map.of("sessionId", id)));
            log.expectComplaint("cannot look for a session");
            AdminClient.open(engine.port(), login).close();
            log.expectComplaint("cannot save a session");
            redis.restart();
        }
    }

    @Test
    void aFrozenRedisHoldsUpFewThreadsForAShortTime() {
        redis.freeze();
        try {
            long start = System.nanoTime();
            List<CompletableFuture<String>> answers = new ArrayList<>();
            for (int i = 0; i < RedisAdminSessions.MOST_WAITING + 4; i++) {
                CompletableFuture<String> answer = new CompletableFuture<>();
                answers.add(answer);
                new Thread(() -> answer.complete(failure())).start();
            }
            List<String> failures =
                    answers.stream().map(CompletableFuture::join).toList();
            long took = (System.nanoTime() - start) / 1_000_000;
            TimeBound.assertWithinMillis(2_200, took, "waiting for a Redis that does not answer");
            long refused = failures.stream()
                    .filter(failure -> failure.contains("16 are waiting"))
                    .count();
            // Who asks so late that others wait no more has their place, and waits for two seconds too.
            assertTrue(refused == 4 || (refused < 4 && took >= 4_000), () -> took + " ms: " + failures);
        } finally {
            redis.thaw();
        }
    }

    private String failure() {
        try {
            return "found: " + sessions.exists(ID);
        } catch (ClusterUnavailableException unavailable) {
            return String.valueOf(unavailable.getMessage());
        } catch (Exception other) {
            return other.toString();
        }
    }
}
