package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.ReturningClient;
import io.gangway.clients.WireClient;
import io.gangway.ids.RandomId;
import io.gangway.testing.CapturedLog;
import io.gangway.testing.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever comes with the secret of a session to one node, while another has its client, is judged first. */
class StolenElsewhereTest extends RecoveringNodes {
    private static final String ANN = ",\"user\":\"ann\"";
    private static final String BOB = ",\"user\":\"bob\"";

    private final HesitantCluster hesitant = hesitant();
    private Engine one;
    private Engine other;
    private ReturningClient victim;
    private Socket socket;

    @BeforeEach
    void join() throws Exception {
        one = start(hesitant);
        other = start();
        victim = ReturningClient.join(one.port(), ANN);
        socket = connected();
        socket.join("private");
    }

    private WireClient comes(Engine node, String auth) {
        return WireClient.open(node.port()).send("40{\"pid\":\"" + victim.privateId() + "\"" + auth + "}");
    }

    private void emit(int number) {
        other.namespace("/").to("private").emit("n", number);
    }

    private static String n(int number) {
        return "42[\"n\"," + number + "]";
    }

    /** The victim is where it was, and has missed nothing. */
    private void requireUndisturbed() {
        emit(1);
        victim.expect(n(1));
        victim.expectNothingElse(socket);
        assertTrue(socket.isConnected());
        assertEquals(1, holders(victim.id()));
    }

    @Test
    void whoIsNotTheUserDisturbsNobody() throws Exception {
        Set<String> old = Set.of(victim.id(), victim.privateId());
        for (String auth : List.of(BOB, "", ",\"offset\":\"0\"" + BOB)) {
            ReturningClient thief = ReturningClient.with(victim.privateId(), other.port(), auth);
            assertFalse(old.contains(thief.id()) || old.contains(thief.privateId()));
            Socket stranger = connected();
            assertFalse(stranger.recovered());
            assertFalse(stranger.rooms().contains("private"));
            thief.expectNothingElse(stranger);
        }
        assertEquals(3, other.recoveryCounts().otherUser());
        requireUndisturbed();
        String id = victim.id();
        assertEquals(id, victim.comeBack(other.port()).id());
    }

    @Test
    void whoIsRefusedDisturbsNobody() throws Exception {
        takeTime();
        for (int i = 0; i < 3; i++) {
            WireClient thief = comes(other, ANN);
            Verdict verdict = verdict();
            requireUndisturbed();
            verdict.refuse("banned");
            thief.expect("44{\"message\":\"banned\"}");
            thief.close();
        }
        requireUndisturbed();
    }

    @Test
    void guessesDisturbNobody() throws Exception {
        WireClient thief = WireClient.open(other.port());
        for (int i = 0; i < 100; i++) {
            String guess = i % 2 == 0 ? RandomId.next() : victim.privateId().substring(1) + "x";
            thief.send("40{\"pid\":\"" + guess + "\"" + ANN + "}");
            String answer = thief.next();
            assertTrue(ReturningClient.CONNECTED.matcher(answer).matches(), answer);
            assertFalse(answer.contains(victim.id()) || answer.contains(victim.privateId()));
            connected();
            thief.send("41");
            left();
        }
        assertEquals(100, other.recoveryCounts().unknown());
        requireUndisturbed();
    }

    @Test
    void theClientItselfTakesOverOnceItIsAdmitted() throws Exception {
        WireClient former = victim.wire();
        takeTime();
        CompletableFuture<ReturningClient> back = CompletableFuture.supplyAsync(() -> victim.comeBack(other.port()));
        Verdict verdict = verdict();
        assertTrue(socket.isConnected());
        emit(1); // the former connection may still receive it, and the new one does not know
        verdict.admit();
        back.get(10, TimeUnit.SECONDS).expect(n(1));
        assertEquals(DisconnectReason.FORCED_CLOSE, left());
        former.expect("42[\"n\",1,\"1\"]").expectClosed();
        assertTrue(connected().recovered());
        assertEquals(1, holders(victim.id()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSessionIsBoundToWhoIsSignedInNow(boolean elsewhere) throws Exception {
        socket.signIn("bob");
        Engine node = elsewhere ? other : one;
        ReturningClient former = ReturningClient.with(victim.privateId(), node.port(), ANN);
        assertNotEquals(victim.id(), former.id());
        assertFalse(connected().recovered());
        requireUndisturbed();
        ReturningClient user = ReturningClient.with(victim.privateId(), node.port(), BOB);
        assertEquals(victim.id(), user.id());
        assertEquals(DisconnectReason.FORCED_CLOSE, left());
        assertEquals(Optional.of("bob"), connected().user());
    }

    /** Closed with its session saved, or not. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNodeThatEndsBeforeTheVerdictHasLostItsClients(boolean killed) throws Exception {
        takeTime();
        WireClient returning = comes(other, ANN);
        Verdict verdict = verdict();
        try (CapturedLog log = new CapturedLog()) {
            if (killed) {
                hesitant.saves.fail();
            }
            one.close();
            assertEquals(killed, log.complaints().contains("cannot save the session of socket " + victim.id()));
        }
        verdict.admit();
        String answer = returning.next();
        assertEquals(!killed, answer.contains(victim.id()), answer);
        Socket back = connected();
        assertEquals(!killed, back.recovered());
        assertEquals(killed ? 0 : 1, holders(victim.id()));
    }

    @Test
    void ofTwoThatAreAdmittedAtOnceOneEndsWithTheSession() throws Exception {
        Engine third = start();
        takeTime();
        List<Verdict> both = new ArrayList<>();
        for (Engine node : List.of(other, third)) {
            comes(node, ANN);
            both.add(verdict());
        }
        CompletableFuture.allOf(both.stream()
                        .map(verdict -> CompletableFuture.runAsync(verdict::admit))
                        .toArray(CompletableFuture<?>[]::new))
                .get(10, TimeUnit.SECONDS);
        assertEquals(DisconnectReason.FORCED_CLOSE, left());
        assertTrue(connected().recovered());
        assertTrue(connected().recovered()); // from the other one, which has had it for a moment
        Eventually.equal(1L, () -> holders(victim.id()));
    }
}
