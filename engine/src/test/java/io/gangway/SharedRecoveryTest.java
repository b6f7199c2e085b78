package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.ReturningClient;
import io.gangway.clients.WireClient;
import io.gangway.cluster.LocalCluster;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Clients that are cut off from one node get back on another what they missed. */
class SharedRecoveryTest extends RecoveryFixture {
    private final LocalCluster cluster = LocalCluster.create();

    private Engine start() {
        return start(watched(recovering().cluster(cluster.node()).namespace("/").intercept(SIGN_IN)));
    }

    private static void emit(Engine engine, String room, int number) {
        engine.namespace("/").to(room).emit("n", number);
    }

    private static String n(int number) {
        return "42[\"n\"," + number + "]";
    }

    @Test
    void whatWasMissedFollowsTheAnswerOfAnotherNodeInOrder() throws Exception {
        Engine one = start();
        Engine other = start();
        ReturningClient client = ReturningClient.join(one.port());
        String id = client.id();
        Socket socket = connected();
        socket.join("room");
        socket.share(Map.of("name", "ann"));
        emit(one, "room", 1);
        client.expect(n(1));
        emit(other, "room", 2); // sent, but perhaps not read by the client, which does not know its offset
        cut(client);
        emit(one, "room", 3);
        emit(other, "room", 4);
        emit(one, "elsewhere", 5);
        one.namespace("/").to(id).emit("n", 6);
        socket.emit("n", 7);
        client.comeBack(other.port());
        assertEquals(id, client.id());
        Socket back = connected();
        assertTrue(back.recovered());
        assertEquals(Set.of(id, "room"), back.rooms());
        assertEquals(Optional.of(Map.of("name", "ann")), back.findShared(Map.class));
        client.expect(n(2), n(3), n(4), n(6), n(7));
        emit(one, "room", 8);
        client.expect(n(8));
        client.expectNothingElse(back);
        assertEquals(1, other.recoveryCounts().recovered());
    }

    @Test
    void theSameNodeGivesSessionsBackToo() throws Exception {
        Engine one = start();
        ReturningClient client = ReturningClient.join(one.port());
        connected().join("room");
        cut(client);
        emit(one, "room", 1);
        String id = client.id();
        client.comeBack(one.port()).expect(n(1));
        assertEquals(id, client.id());
        client.expectNothingElse(connected());
    }

    @Test
    void whatWasRepeatedAndNotReadIsRepeatedAgain() throws Exception {
        Engine one = start();
        Engine other = start();
        ReturningClient client = ReturningClient.join(one.port());
        connected().join("room");
        cut(client);
        emit(one, "room", 1);
        client.comeBack(other.port());
        connected();
        cut(client); // before it has read anything
        emit(one, "room", 2);
        client.comeBack(one.port()).expect(n(1), n(2));
        client.expectNothingElse(connected());
    }

    @Test
    void aClientThatHasReceivedNothingComesBackToItsStart() throws Exception {
        Engine one = start();
        Engine other = start();
        one.namespace("/").emit("n", 0);
        ReturningClient client = ReturningClient.join(one.port());
        Socket socket = connected();
        client.cut();
        emit(other, socket.id(), 1);
        gone();
        emit(other, socket.id(), 2);
        client.comeBack(other.port()).expect(n(1), n(2));
        client.expectNothingElse(connected());
    }

    @Test
    void aClientIsTakenOverFromTheNodeThatStillHasIt() throws Exception {
        Engine one = start();
        Engine other = start();
        ReturningClient client = ReturningClient.join(one.port());
        Socket socket = connected();
        WireClient old = client.wire();
        emit(one, socket.id(), 1);
        String id = client.id();
        client.comeBack(other.port()).expect(n(1));
        assertEquals(id, client.id());
        assertEquals(DisconnectReason.FORCED_CLOSE, left());
        old.expect("42[\"n\",1,\"1\"]").expectClosed();
        assertFalse(socket.isConnected());
        client.expectNothingElse(connected());
    }

    @Test
    void manyWithOneSecretAtOnceEndWithOneHolder() throws Exception {
        Engine one = start();
        Engine other = start();
        ReturningClient client = cut(joined(one));
        List<WireClient> many = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            many.add(WireClient.open((i % 2 == 0 ? one : other).port()));
        }
        many.forEach(each -> each.send("40{\"pid\":\"" + client.privateId() + "\"}"));
        for (int i = 0; i < 6; i++) {
            connected();
        }
        Eventually.equal(
                1L + refused(one) + refused(other),
                () -> (long) one.namespace("/").sockets().size()
                        + other.namespace("/").sockets().size());
        assertNotEquals(
                one.namespace("/").socket(client.id()).isPresent(),
                other.namespace("/").socket(client.id()).isPresent());
    }

    private static long refused(Engine engine) {
        return engine.recoveryCounts().unknown() + engine.recoveryCounts().incomplete();
    }

    @Test
    void anotherUserGetsANewSessionAndConsumesNothing() throws Exception {
        Engine one = start();
        Engine other = start();
        ReturningClient ann = ReturningClient.join(one.port(), ",\"user\":\"ann\"");
        connected().join("private");
        cut(ann);
        emit(one, "private", 1);
        ReturningClient bob = ReturningClient.with(ann.privateId(), other.port(), ",\"user\":\"bob\"");
        Socket stranger = connected();
        assertFalse(stranger.recovered());
        assertNotEquals(ann.id(), bob.id());
        assertEquals(1, other.recoveryCounts().otherUser());
        ann.comeBack(other.port()).expect(n(1));
        assertEquals(Optional.of("ann"), connected().user());
        bob.expectNothingElse(stranger);
    }

    @Test
    void anEventIsMissedByThoseInItsAudienceWhenItWasSent() throws Exception {
        Engine one = start();
        Engine other = start();
        ReturningClient client = ReturningClient.join(one.port());
        Socket socket = connected();
        emit(one, "late", 0);
        socket.join("early");
        emit(one, "early", 1);
        socket.leave("early");
        emit(one, "early", 2);
        socket.join("late");
        cut(client);
        emit(one, "late", 3);
        other.namespace("/").to("late").socketsJoin("while away");
        emit(one, "while away", 4);
        one.namespace("/").to("late").socketsLeave("late");
        emit(other, "late", 5);
        client.comeBack(other.port()).expect(n(1), n(3), n(4));
        Socket back = connected();
        assertEquals(Set.of(client.id(), "while away"), back.rooms());
        back.leave("while away");
        emit(one, "while away", 6);
        cut(client); // having received all of it, or not
        client.offset("");
        client.comeBack(one.port()).expect(n(1), n(3), n(4));
        client.expectNothingElse(connected());
    }

    @Test
    void aClientDisconnectedWhileAwayGetsANewSession() throws Exception {
        Engine one = start();
        Engine other = start();
        ReturningClient client = cut(joined(one));
        String id = client.id();
        other.namespace("/").to(id).disconnectSockets();
        client.comeBack(other.port());
        assertNotEquals(id, client.id());
        assertFalse(connected().recovered());
        assertEquals(1, other.recoveryCounts().unknown()); // it was over
    }

    @Test
    void aDrainedNodesClientsGetTheirSessionsBackElsewhere() throws Exception {
        Engine one = start();
        Engine other = start();
        ReturningClient client = ReturningClient.join(one.port());
        Socket socket = connected();
        String id = client.id();
        one.drain(Duration.ZERO);
        one.close();
        emit(other, socket.id(), 1);
        client.comeBack(other.port()).expect(n(1));
        assertEquals(id, client.id());
        client.expectNothingElse(connected());
    }

    @Test
    void sessionsSurviveTheRestartOfAllNodes() throws Exception {
        Engine one = start();
        ReturningClient client = ReturningClient.join(one.port());
        Socket socket = connected();
        String id = client.id();
        emit(one, id, 1);
        one.close();
        Engine restarted = start();
        client.comeBack(restarted.port()).expect(n(1));
        assertEquals(id, client.id());
        assertFalse(socket.isConnected());
        client.expectNothingElse(connected());
    }
}
