package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.ReturningClient;
import io.gangway.clients.WireClient;
import io.gangway.ids.RandomId;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody gets who comes with the secret of another's session, or with many that are guessed. */
class StolenSessionTest extends RecoveryFixture {
    private static final String BOB = ",\"user\":\"bob\"";
    private static final String ANN = ",\"user\":\"ann\"";

    private Engine engine;

    private void start(UnaryOperator<Recovery> recovery) {
        engine = start(watched(recovering(recovery).namespace("/").intercept(SIGN_IN)));
    }

    private void start() {
        start(recovery -> recovery);
    }

    /** A client of this user, in a room of its own, with data. */
    private ReturningClient victim(String auth) throws InterruptedException {
        ReturningClient victim = ReturningClient.join(engine.port(), auth);
        Socket socket = connected();
        socket.join("private");
        socket.share(Map.of("secret", "of " + auth));
        return victim;
    }

    private ReturningClient awayVictim(String auth) throws InterruptedException {
        return cut(victim(auth));
    }

    /** The secrets of sessions that others may not have, by what is the matter with them. */
    private Map<String, String> secrets() throws InterruptedException {
        Map<String, String> secrets = new LinkedHashMap<>();
        secrets.put("never given", RandomId.next());
        secrets.put("of one who is away", awayVictim(ANN).privateId());
        secrets.put("of one who is there", victim(ANN).privateId());
        secrets.put("of one who has not signed in", awayVictim("").privateId());
        ReturningClient leaver = victim(ANN);
        leaver.wire().send("41");
        left();
        secrets.put("of one who has left", leaver.privateId());
        return secrets;
    }

    @Test
    void whoeverDoesNotGetASessionGetsTheSameAnswer() throws Exception {
        start();
        Map<String, String> secrets = secrets();
        engine.namespace("/").to("private").emit("secret");
        Set<String> old = new HashSet<>(secrets.values());
        engine.namespace("/").sockets().forEach(socket -> old.add(socket.id()));
        for (Map.Entry<String, String> secret : secrets.entrySet()) {
            ReturningClient thief = ReturningClient.with(secret.getValue(), engine.port(), BOB);
            assertTrue(old.add(thief.id()), secret.getKey());
            assertTrue(old.add(thief.privateId()), secret.getKey());
            Socket socket = connected();
            assertFalse(socket.recovered(), secret.getKey());
            assertEquals(Set.of(thief.id(), "user:bob"), socket.rooms());
            assertEquals(Optional.empty(), socket.findShared(Map.class));
            assertEquals(Optional.of("bob"), socket.user());
            engine.namespace("/").to("private").emit("secret");
            thief.expectNothingElse(socket);
            cut(thief);
        }
        assertEquals(0, engine.recoveryCounts().recovered());
        assertEquals(2, engine.recoveryCounts().unknown());
        assertEquals(3, engine.recoveryCounts().otherUser());
    }

    @Test
    void anOtherUserDisturbsNobody() throws Exception {
        start();
        ReturningClient there = victim(ANN);
        ReturningClient away = awayVictim(ANN);
        Socket socket = engine.namespace("/").sockets().iterator().next();
        engine.namespace("/").to("private").emit("n", 1);
        for (String privateId : List.of(there.privateId(), away.privateId())) {
            ReturningClient.with(privateId, engine.port(), BOB).wire().close();
            ReturningClient.with(privateId, engine.port(), "").cut();
            for (int i = 0; i < 2; i++) {
                connected();
                left();
            }
        }
        engine.namespace("/").to("private").emit("n", 2);
        there.expect("42[\"n\",1]", "42[\"n\",2]");
        assertTrue(socket.isConnected());
        there.expectNothingElse(socket);
        String id = away.id();
        away.comeBack(engine.port()).expect("42[\"n\",1]", "42[\"n\",2]");
        assertEquals(id, away.id());
        Socket back = connected();
        assertEquals(Set.of(id, "private", "user:ann"), back.rooms());
        away.expectNothingElse(back);
    }

    @Test
    void anExpiredSessionIsNobodys() throws Exception {
        start(recovery -> Recovery.window(Duration.ofSeconds(1)));
        ReturningClient late = awayVictim(ANN);
        String id = late.id();
        String privateId = late.privateId();
        Eventually.equal(0, () -> engine.recoveryCounts().away());
        late.comeBack(engine.port());
        assertNotEquals(id, late.id());
        assertNotEquals(privateId, late.privateId());
        Socket socket = connected();
        assertEquals(Set.of(late.id(), "user:ann"), socket.rooms());
        assertEquals(Optional.empty(), socket.findShared(Map.class));
        assertEquals(1, engine.recoveryCounts().unknown());
    }

    @Test
    void tenThousandGuessesFindNothing() throws Exception {
        start();
        ReturningClient there = victim("");
        ReturningClient away = awayVictim("");
        engine.namespace("/").to("private").emit("n", 1);
        Set<String> known = new HashSet<>(List.of(there.id(), there.privateId(), away.id(), away.privateId()));
        Random random = new Random(1);
        List<WireClient> thieves = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            thieves.add(WireClient.open(engine.port()));
        }
        for (int guess = 0; guess < 10_000; ) {
            for (WireClient thief : thieves) {
                String guessed = switch (guess++ % 3) {
                    case 0 -> RandomId.next();
                    case 1 -> changed(there.privateId(), random);
                    default -> changed(away.privateId(), random);
                };
                thief.send("40{\"pid\":\"" + guessed + "\"}");
            }
            for (WireClient thief : thieves) {
                String answer = thief.next();
                Matcher fresh = ReturningClient.CONNECTED.matcher(answer);
                assertTrue(fresh.matches(), answer);
                assertTrue(known.add(fresh.group(2)), answer);
                assertTrue(known.add(fresh.group(3)), answer);
                thief.send("41");
            }
        }
        assertEquals(10_000, engine.recoveryCounts().unknown());
        assertEquals(0, engine.recoveryCounts().recovered());
        assertEquals(1, engine.recoveryCounts().away());
        there.expect("42[\"n\",1]");
        away.comeBack(engine.port()).expect("42[\"n\",1]");
    }

    /** The secret with one other character. */
    private static String changed(String secret, Random random) {
        int at = random.nextInt(secret.length());
        char other = secret.charAt(at) == 'x' ? 'y' : 'x';
        return secret.substring(0, at) + other + secret.substring(at + 1);
    }

    /** How long the answers take tells nothing of a session either, however much of it there is. */
    @Test
    void theTimeOfTheAnswerTellsNothing() throws Exception {
        start();
        Map<String, String> secrets = secrets();
        for (Socket socket : engine.namespace("/").sockets()) {
            socket.join(rooms());
        }
        for (int i = 0; i < 10_000; i++) {
            engine.namespace("/").to("private").emit("much", i);
        }
        List<String> cases = new ArrayList<>(secrets.keySet());
        WireClient thief = WireClient.open(engine.port());
        int rounds = 150;
        long[][] times = new long[cases.size()][rounds];
        for (int round = -50; round < rounds; round++) { // the first are for the compiler
            for (int i = 0; i < times.length; i++) {
                int which = Math.floorMod(i + round, times.length);
                String connect = "40{\"pid\":\"" + secrets.get(cases.get(which)) + "\"" + BOB + "}";
                long start = System.nanoTime();
                thief.send(connect);
                thief.next();
                times[which][Math.max(0, round)] = System.nanoTime() - start;
                thief.send("41");
            }
        }
        Map<String, Long> medians = new LinkedHashMap<>();
        for (int i = 0; i < times.length; i++) {
            Arrays.sort(times[i]);
            medians.put(cases.get(i), times[i][rounds / 2]);
        }
        long least = medians.values().stream().min(Long::compare).orElseThrow();
        long most = medians.values().stream().max(Long::compare).orElseThrow();
        assertTrue(most < 2 * least, medians.toString());
    }

    private static String[] rooms() {
        String[] rooms = new String[1_000];
        for (int i = 0; i < rooms.length; i++) {
            rooms[i] = "room " + i;
        }
        return rooms;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ANN})
    void manyWithOneSecretAtOnceEndWithOneHolder(String auth) throws Exception {
        start();
        ReturningClient away = awayVictim(auth);
        engine.namespace("/").to("private").emit("missed");
        List<WireClient> many = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            many.add(WireClient.open(engine.port()));
        }
        many.forEach(one -> one.send("40{\"pid\":\"" + away.privateId() + "\"" + auth + "}"));
        for (int i = 0; i < many.size(); i++) {
            Socket socket = connected();
            assertEquals(away.id(), socket.id());
            assertTrue(socket.recovered());
        }
        for (int i = 1; i < many.size(); i++) {
            assertEquals(DisconnectReason.FORCED_CLOSE, left());
        }
        assertEquals(1, engine.namespace("/").sockets().size());
        assertEquals(many.size(), engine.recoveryCounts().recovered());
        engine.namespace("/").to("private").emit("end");
        assertEquals(1, many.stream().filter(this::hasReachedTheEnd).count());
    }

    /** The client is told all that was missed, once, before anything else; false if it is closed after that. */
    private boolean hasReachedTheEnd(WireClient client) {
        String packet = client.next();
        if (packet.startsWith("40")) {
            assertTrue(ReturningClient.CONNECTED.matcher(packet).matches(), packet);
            packet = client.next();
        }
        if (packet.startsWith("42[\"missed\",")) {
            packet = client.next();
        }
        assertTrue(packet.startsWith("closed") || packet.startsWith("42[\"end\","), packet);
        return !packet.startsWith("closed");
    }

    @Test
    void aSessionIsBoundToWhoIsSignedInNow() throws Exception {
        start();
        ReturningClient there = ReturningClient.join(engine.port(), ANN);
        Socket socket = connected();
        socket.signIn("bob");
        assertNotEquals(
                there.id(),
                ReturningClient.with(there.privateId(), engine.port(), ANN).id());
        assertFalse(connected().recovered());
        there.expectNothingElse(socket);
        assertEquals(
                there.id(),
                ReturningClient.with(there.privateId(), engine.port(), BOB).id());
        assertEquals(DisconnectReason.FORCED_CLOSE, left());
        assertEquals(Optional.of("bob"), connected().user());
    }

    @Test
    void aSecretUsedAgainAndAgainMovesOn() throws Exception {
        start();
        ReturningClient first = victim(ANN);
        String id = first.id();
        Socket holder = null;
        List<WireClient> former = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            former.add(first.wire());
            first.comeBack(engine.port());
            assertEquals(id, first.id());
            assertEquals(DisconnectReason.FORCED_CLOSE, left());
            holder = connected();
        }
        former.forEach(WireClient::expectClosed);
        assertEquals(List.of(holder), List.copyOf(engine.namespace("/").sockets()));
        first.expectNothingElse(holder);
    }
}
