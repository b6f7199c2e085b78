package io.gangway.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Engine;
import io.gangway.Namespace;
import io.gangway.RecoveryCounts;
import io.gangway.Socket;
import io.gangway.clients.ReturningClient;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import io.gangway.testing.TimeBound;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** A client of one node comes back to another, also when its node or Redis failed: with its session, or a clean new one. */
@Timeout(60)
class RecoveryOverRedisTest {
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final String STREAM = "socket.io";

    private final TestRedis redis = TestRedis.start();
    private final List<AutoCloseable> open = new ArrayList<>(List.of(redis));
    private Engine one;
    private Engine other;

    private void start() {
        one = node();
        other = node();
        for (Engine node : List.of(one, other)) {
            Eventually.equal(2, () -> node.namespace("/").nodeCount().join());
        }
    }

    private Engine node() {
        Engine node = RecoveringNode.start(redis.url(), WINDOW);
        open.add(0, node);
        return node;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private void freezeRedis() {
        redis.freeze();
        open.add(0, redis::thaw);
    }

    private static Namespace all(Engine node) {
        return node.namespace("/");
    }

    private static Socket socketOf(Engine node, ReturningClient client) {
        Eventually.holds(
                "the client is in its room",
                () -> all(node)
                        .socket(client.id())
                        .filter(socket -> socket.rooms().contains("room"))
                        .isPresent());
        return all(node).socket(client.id()).orElseThrow();
    }

    /** A client of the first node that has received one event. */
    private ReturningClient join(String auth) {
        ReturningClient client = ReturningClient.join(one.port(), auth);
        socketOf(one, client);
        all(one).to("room").emit("before");
        return client.expect("42[\"before\"]");
    }

    private ReturningClient join() {
        return join("");
    }

    /** The client is away, and its session is saved. */
    private void cut(ReturningClient client) {
        client.cut();
        Eventually.holds("the session is saved", () -> {
            try (Jedis admin = redis.admin()) {
                return admin.exists("sio:session:" + client.privateId());
            }
        });
    }

    private void requireBack(ReturningClient client, String id, Engine node) {
        assertEquals(id, client.id());
        Socket socket = socketOf(node, client);
        assertTrue(socket.recovered());
        client.expectNothingElse(socket);
    }

    private void requireNew(ReturningClient client, String id, Engine node) {
        assertNotEquals(id, client.id());
        Socket socket = socketOf(node, client);
        assertFalse(socket.recovered());
        Set<String> expected = new HashSet<>(Set.of(client.id(), "room"));
        socket.user().ifPresent(user -> expected.add("user:" + user));
        assertEquals(expected, socket.rooms());
    }

    // ---- from one node to the other

    @Test
    void aClientThatHasReceivedNothingComesBackToItsStart() {
        start();
        ReturningClient witness = ReturningClient.join(one.port());
        socketOf(one, witness);
        all(other).emit("before its time");
        witness.expect("42[\"before its time\"]");
        ReturningClient client = ReturningClient.join(one.port());
        socketOf(one, client);
        String id = client.id();
        cut(client);
        all(other).to("room").emit("n", 1);
        all(one).to(id).emit("n", 2);
        client.comeBack(other.port());
        Set<String> missed = Set.of(client.next(), client.next()); // from two nodes: in either order
        assertEquals(Set.of("42[\"n\",1]", "42[\"n\",2]"), missed);
        requireBack(client, id, other);
    }

    @Test
    void aSessionIsTakenOverFromANodeThatStillHasIt() {
        start();
        ReturningClient client = join();
        String id = client.id();
        WireClient former = client.wire();
        former.stopReading();
        all(one).to("room").emit("n", 1);
        client.comeBack(other.port()).expect("42[\"n\",1]");
        requireBack(client, id, other);
        Eventually.equal(List.of(), () -> List.copyOf(all(one).sockets()));
        former.readOn();
        String last = former.next();
        while (!last.startsWith("closed")) {
            last = former.next();
        }
    }

    @Test
    void manyWithOneSecretOnTwoNodesEndWithOneHolder() {
        start();
        ReturningClient client = join(",\"user\":\"ann\"");
        cut(client);
        List<WireClient> many = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            many.add(WireClient.open((i % 2 == 0 ? one : other).port()));
        }
        many.forEach(each -> each.send("40{\"pid\":\"" + client.privateId() + "\",\"user\":\"ann\"}"));
        many.forEach(each ->
                assertTrue(ReturningClient.CONNECTED.matcher(each.next()).matches()));
        Eventually.equal(
                1L,
                () -> List.of(one, other).stream()
                        .flatMap(node -> all(node).sockets().stream())
                        .filter(socket -> socket.id().equals(client.id()))
                        .count());
    }

    @Test
    void anotherUserGetsANewSessionOnEveryNodeAndDisturbsNobody() {
        start();
        ReturningClient ann = join(",\"user\":\"ann\"");
        String id = ann.id();
        Socket socket = socketOf(one, ann);
        for (boolean away : new boolean[] {false, true}) {
            if (away) {
                all(one).to("room").emit("undisturbed");
                ann.expect("42[\"undisturbed\"]");
                assertTrue(socket.isConnected());
                cut(ann);
            }
            for (Engine node : List.of(one, other)) {
                for (String auth : List.of("", ",\"user\":\"bob\"")) {
                    ReturningClient thief = ReturningClient.with(ann.privateId(), node.port(), auth);
                    requireNew(thief, id, node);
                    thief.wire().send("41");
                }
            }
        }
        all(one).to(id).emit("secret");
        ann.comeBack(other.port()).expect("42[\"secret\"]");
        requireBack(ann, id, other);
    }

    // ---- nodes that end

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSessionOutlivesTheNodeThatIsClosed(boolean drained) {
        start();
        ReturningClient client = join();
        String id = client.id();
        if (drained) {
            one.drain(Duration.ofSeconds(1));
        } else {
            one.close();
        }
        all(other).to("room").emit("n", 1);
        client.comeBack(other.port()).expect("42[\"n\",1]");
        requireBack(client, id, other);
    }

    @Test
    void theClientOfANodeThatWasKilledGetsANewSession() throws Exception {
        other = node();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        RecoveringNode.class.getName(),
                        redis.url())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        open.add(0, process::destroyForcibly);
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        ReturningClient client = ReturningClient.join(Integer.parseInt(output.readLine()));
        Eventually.equal(1, () -> all(other).to("room").fetchSockets().join().size());
        all(other).to("room").emit("before");
        client.expect("42[\"before\"]");
        String id = client.id();
        process.destroyForcibly();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        all(other).to("room").emit("missed");
        long start = System.nanoTime();
        client.comeBack(other.port());
        TimeBound.assertWithin(Duration.ofSeconds(4), Duration.ofNanos(System.nanoTime() - start), "coming back");
        requireNew(client, id, other);
        client.expectNothingElse(socketOf(other, client));
    }

    // ---- a Redis that forgets or is away

    enum Loss {
        TRIMMED,
        EXPIRED,
        EMPTY,
        AWAY,
        FROZEN
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotThereAnyMoreMeansANewSession(Loss loss) {
        start();
        ReturningClient client = join();
        String id = client.id();
        cut(client);
        all(other).to("room").emit("missed");
        switch (loss) {
            case TRIMMED -> {
                try (Jedis admin = redis.admin()) {
                    Eventually.holds("it is in the stream", () -> admin.xlen(STREAM) > 2);
                    admin.xtrim(STREAM, 1, false); // what was missed is there, but not what came before
                }
            }
            case EXPIRED -> expire("sio:session:" + client.privateId());
            case EMPTY -> {
                redis.stop();
                redis.restart();
                Eventually.holds("it is up again", () -> other.health().isReady());
            }
            case AWAY -> redis.stop();
            case FROZEN -> freezeRedis();
        }
        long start = System.nanoTime();
        client.comeBack(other.port());
        TimeBound.assertWithin(Duration.ofSeconds(4), Duration.ofNanos(System.nanoTime() - start), "coming back");
        requireNew(client, id, other);
        RecoveryCounts counts = other.recoveryCounts();
        assertEquals(0, counts.recovered());
        assertEquals(1, counts.unknown() + counts.incomplete(), counts::toString);
        Socket socket = socketOf(other, client);
        socket.emit("live");
        assertTrue(client.wire().next().startsWith("42[\"live\""));
    }

    @Test
    void nobodyComesBackPastWhatAFullRedisHasRefused() {
        start();
        List<ReturningClient> clients =
                Stream.generate(() -> ReturningClient.join(one.port())).limit(3).toList();
        clients.forEach(client -> socketOf(one, client));
        List<String> ids = clients.stream().map(ReturningClient::id).toList();
        clients.subList(0, 2).forEach(this::cut);
        redis.command("CONFIG", "SET", "maxmemory", "1");
        all(one).to("room").emit("missed");
        clients.get(2).expect("42[\"missed\"]");
        requireNew(clients.get(0).comeBack(one.port()), ids.get(0), one);
        redis.command("CONFIG", "SET", "maxmemory", "0");
        Eventually.holds("sessions that begin now are given back", () -> {
            ReturningClient later = ReturningClient.join(one.port());
            socketOf(one, later);
            String id = later.id();
            cut(later);
            return later.comeBack(one.port()).id().equals(id);
        });
        requireNew(clients.get(1).comeBack(other.port()), ids.get(1), other);
    }

    private void expire(String key) {
        try (Jedis admin = redis.admin()) {
            long rest = admin.pttl(key);
            assertTrue(0 < rest && rest <= WINDOW.toMillis(), () -> rest + " ms");
            admin.pexpire(key, 1);
            Eventually.holds("the session has expired", () -> !admin.exists(key));
        }
    }

    @Test
    void localDeliveryWaitsNoLongerThanItsDeadline() {
        start();
        ReturningClient client = join();
        String id = client.id();
        Socket socket = socketOf(one, client);
        freezeRedis();
        long start = System.nanoTime();
        socket.emit("n", 1);
        all(one).to("room").emit("n", 2);
        String first = client.wire().next();
        TimeBound.assertWithin(Duration.ofMillis(350), Duration.ofNanos(System.nanoTime() - start), "an event");
        assertTrue(first.startsWith("42[\"n\",1"), first);
        String second = client.wire().next();
        assertTrue(second.startsWith("42[\"n\",2"), second);
        redis.thaw();
        Eventually.holds("it is up again", () -> one.health().isReady());
        client.cut();
        Eventually.equal(List.of(), () -> List.copyOf(all(one).sockets()));
        client.comeBack(other.port()); // with neither lost nor doubled: a new session, or nothing of these two
        if (client.id().equals(id)) {
            client.expectNothingElse(socketOf(other, client));
        }
    }

    // ---- order

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void emitsAcksAndDisconnectsKeepTheirOrder(boolean frozen) {
        start();
        ReturningClient client = join();
        if (frozen) {
            freezeRedis();
        }
        for (int i = 0; i < 10; i++) {
            client.wire().send("42" + i + "[\"say\"," + i + "]");
        }
        for (int i = 0; i < 10; i++) {
            String said = client.wire().next();
            assertTrue(said.startsWith("42[\"said\"," + i), said);
            assertEquals("43" + i + "[\"done\"]", client.wire().next());
        }
        client.wire().send("42[\"leave\"]");
        String bye = client.wire().next();
        assertTrue(bye.startsWith("42[\"bye\""), bye);
        client.wire().expect("41");
    }
}
