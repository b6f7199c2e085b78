package io.gangway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.clients.ReturningClient;
import io.gangway.testing.Eventually;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What could not be published is not in the history, so that nobody who may have missed it gets a session back. */
class UnpublishedTest extends RecoveringNodes {
    private final HesitantCluster hesitant = hesitant();
    private Engine one;
    private Engine other;

    /** What a node does to the sockets of all  */
    enum Action {
        EMIT(room -> room.emit("n", 1)),
        JOIN(room -> room.socketsJoin("another")),
        LEAVE(room -> room.socketsLeave("room")),
        DISCONNECT(BroadcastOperator::disconnectSockets);

        private final Consumer<BroadcastOperator> on;

        Action(Consumer<BroadcastOperator> on) {
            this.on = on;
        }

        void on(Engine node) {
            on.accept(node.namespace("/").to("room"));
        }
    }

    @BeforeEach
    void startBoth() {
        one = start(hesitant);
        other = start();
    }

    private ReturningClient away(Engine node) throws Exception {
        ReturningClient client = ReturningClient.join(node.port());
        connected().join("room");
        return cut(client);
    }

    /** Whether a client that comes there gets its session back; in any case nothing that it does not expect. */
    private boolean isBack(ReturningClient client, Engine node) throws Exception {
        String id = client.id();
        boolean back = client.comeBack(node.port()).id().equals(id);
        Socket socket = connected();
        assertEquals(back, socket.recovered());
        client.expectNothingElse(socket);
        return back;
    }

    @ParameterizedTest
    @EnumSource
    void whoeverWasAwayGetsANewSessionOnEveryNode(Action action) throws Exception {
        List<ReturningClient> clients = List.of(away(one), away(one), away(other), away(other));
        hesitant.messages.failOnce();
        action.on(one);
        other.namespace("/").to("room").emit("n", 2);
        for (int i = 0; i < clients.size(); i++) {
            assertFalse(isBack(clients.get(i), i % 2 == 0 ? one : other));
        }
        assertTrue(isBack(away(one), other));
        assertTrue(isBack(away(other), one));
    }

    @Test
    void untilTheOthersKnowANodeGivesNoSessionBack() throws Exception {
        ReturningClient client = away(one);
        hesitant.messages.fail();
        Action.EMIT.on(one);
        assertFalse(isBack(client, one));
        assertFalse(isBack(away(other), one));
        hesitant.messages.release();
        giveSessionsBackAgain();
        assertTrue(isBack(away(other), one));
    }

    private void giveSessionsBackAgain() {
        Eventually.holds("sessions that begin now are given back", () -> {
            try {
                return isBack(away(one), one);
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        });
    }

    @Test
    void aLossyEventNeedNotBeThere() throws Exception {
        ReturningClient client = away(other);
        hesitant.messages.failOnce();
        one.namespace("/").to("room").lossy().emit("n", 1);
        assertTrue(isBack(client, other));
    }

    @Test
    void whatIsPublishedLateIsThere() throws Exception {
        ReturningClient client = away(other);
        ReturningClient witness = ReturningClient.join(one.port());
        connected().join("room");
        hesitant.messages.hold();
        Action.EMIT.on(one);
        witness.expect("42[\"n\",1]"); // after its deadline
        hesitant.messages.release();
        client.comeBack(other.port()).expect("42[\"n\",1]");
        assertTrue(connected().recovered());
    }
}
