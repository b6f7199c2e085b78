package io.gangway.engineio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.connection.CloseReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From polling to WebSocket, or not: Engine.IO v4, "Upgrade". */
class UpgradeTest extends EngineIoFixture {
    private final EngineIoSession session = polling();
    private final FakeTransport webSocket = new FakeTransport();

    private void probe() {
        assertTrue(session.offer(webSocket));
        session.onText(webSocket, "2probe");
        assertEquals(List.of("3probe"), webSocket.next(), "on the reading thread");
    }

    private void upgrade() {
        probe();
        session.onText(webSocket, "5");
        assertEquals("websocket", session.transport());
    }

    private void assertStillPolling() {
        assertEquals("polling", session.transport());
        assertEquals(FakeExchange.OK, post(session, "4alive").answer());
        assertEquals(List.of("alive"), hall.heard());
        send(session, "a");
        assertEquals("200 4a", poll(session).answer());
    }

    @Test
    void answersTheProbeAndReleasesTheWaitingPoll() {
        FakeExchange poll = poll(session);
        probe();
        flush();
        pass(GRACE.minus(MILLI));
        assertNull(poll.answer(), "not at once");
        pass(SLACK);
        assertEquals(NOOP, poll.answer());
        session.onText(webSocket, "5");
        send(session, "a");
        flush();
        assertEquals(List.of("4a"), webSocket.next());
        session.onText(webSocket, "4b");
        assertEquals(List.of("b"), hall.heard());
        assertEquals(1, deadlines.pending(), "the heartbeat alone");
    }

    @Test
    void answersAPollUnderWayWithWhatIsSentInTheMeantime() {
        FakeExchange poll = poll(session);
        probe();
        send(session, "a");
        flush();
        assertEquals("200 4a", poll.answer());
        session.onText(webSocket, "5");
        send(session, "b");
        flush();
        assertEquals(List.of("4b"), webSocket.next());
    }

    @Test
    void refusesThePollThatArrivesTogetherWithTheUpgradePacket() {
        probe();
        FakeExchange poll = poll(session);
        assertNull(poll.answer(), "held back: the upgrade packet may be on its way");
        session.onText(webSocket, "5");
        assertEquals(FakeExchange.BAD_REQUEST, poll.answer());
        assertEquals(List.of(), hall.heard());
    }

    @Test
    void releasesThePollThatArrivesAfterTheProbeAndNothingBehindIt() {
        probe();
        FakeExchange poll = poll(session);
        pass(GRACE.plus(SLACK));
        assertEquals(NOOP, poll.answer());
        FakeExchange next = poll(session);
        pass(GRACE.plus(SLACK));
        assertEquals(NOOP, next.answer(), "and the next one as well");
    }

    @Test
    void leavesALaterPollToWaitWhenTheTimersOfAnEarlierOneComeRound() {
        FakeExchange early = poll(session);
        probe();
        send(session, "a");
        flush();
        assertEquals("200 4a", early.answer());
        session.onClosed(webSocket, CloseReason.TRANSPORT_CLOSE, "");
        FakeExchange later = poll(session);
        pass(GRACE.plus(SLACK));
        assertNull(later.answer());
        send(session, "b");
        flush();
        assertEquals("200 4b", later.answer());
    }

    @Test
    void refusesPollingFromThenOn() {
        upgrade();
        assertEquals("BAD_REQUEST", refusal("polling", session));
        assertEquals(FakeExchange.BAD_REQUEST, poll(session).answer());
        assertEquals(FakeExchange.BAD_REQUEST, post(session, "4a").answer());
        assertEquals(List.of(), hall.heard());
        send(session, "a");
        flush();
        assertEquals(List.of("4a"), webSocket.next());
    }

    @Test
    void keepsTheOrderAcross() {
        send(session, "1", "2");
        FakeExchange poll = FakeExchange.slow();
        session.onPoll(poll);
        assertEquals("200 41|42", poll.answer());
        send(session, "3");
        probe();
        send(session, "4");
        session.onText(webSocket, "5");
        send(session, "5");
        flush();
        assertEquals(List.of(), webSocket.next(), "while the poll's answer is being written");
        poll.sent();
        send(session, "6");
        flush();
        assertEquals(List.of("43", "44", "45", "46"), webSocket.next());
    }

    @Test
    void endsTheSessionWhenThePollsLastAnswerIsLost() {
        send(session, "1");
        FakeExchange poll = FakeExchange.slow();
        session.onPoll(poll);
        upgrade();
        send(session, "2");
        poll.fail();
        flush();
        assertEquals(List.of("close TRANSPORT_ERROR"), webSocket.next(), "not 2 without 1");
        assertEquals(List.of("closed TRANSPORT_ERROR"), hall.heard());
        assertNothingLeft();
    }

    @Test
    void takesOneWebSocketAtATime() {
        probe();
        assertFalse(session.offer(new FakeTransport()));
        session.onText(webSocket, "5");
        assertFalse(session.offer(new FakeTransport()));
        send(session, "a");
        flush();
        assertEquals(List.of("4a"), webSocket.next());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "2", "2wrong", "2probe2", "4early", "1", "", "55"})
    void failsOnAnythingButTheProbe(String packet) {
        assertTrue(session.offer(webSocket));
        session.onText(webSocket, packet);
        assertEquals(List.of("close PARSE_ERROR"), webSocket.next());
        session.onText(webSocket, "2probe");
        session.onText(webSocket, "5");
        assertEquals(List.of(), webSocket.next(), "it had its chance");
        assertStillPolling();
        assertTrue(session.offer(new FakeTransport()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4early", "5x", "2", ""})
    void failsOnAnythingButTheUpgradePacketBehindTheProbe(String packet) {
        probe();
        session.onText(webSocket, packet);
        assertEquals(List.of("close PARSE_ERROR"), webSocket.next());
        assertStillPolling();
    }

    @Test
    void failsOnBinaryData() {
        probe();
        session.onBinary(webSocket, ByteBuffer.allocate(1));
        assertEquals(List.of("close PARSE_ERROR"), webSocket.next());
        session.onText(webSocket, "5");
        assertStillPolling();
    }

    @Test
    void mayProbeAgain() {
        probe();
        session.onText(webSocket, "2probe");
        assertEquals(List.of("3probe"), webSocket.next());
        session.onText(webSocket, "5");
        assertEquals("websocket", session.transport());
    }

    @Test
    void failsWhenItIsNotFinishedInTime() {
        probe();
        pass(Duration.ofSeconds(10).minus(SLACK));
        assertEquals(List.of(), webSocket.next());
        pass(SLACK.multipliedBy(2));
        assertEquals(List.of("close FORCED_CLOSE"), webSocket.next());
        session.onText(webSocket, "5");
        session.onClosed(webSocket, CloseReason.TRANSPORT_CLOSE, "");
        assertStillPolling();
        assertTrue(session.offer(new FakeTransport()));
    }

    /** The time is up just as the upgrade packet arrives: the timer's thread comes second. */
    @Test
    void staysFinishedWhenTheTimerComesTooLate() throws Exception {
        comesTooLate(() -> session.onText(webSocket, "5"));
        assertEquals("websocket", session.transport());
        assertEquals(List.of(), webSocket.next());
        assertEquals(1, server.upgrades().succeeded());
        assertEquals(0, server.upgrades().timedOut());
        send(session, "a");
        flush();
        assertEquals(List.of("4a"), webSocket.next());
    }

    /** The client has tried another WebSocket meanwhile, which has its own time. */
    @Test
    void goesOnWhenTheTimerOfAnEarlierOneComesTooLate() throws Exception {
        FakeTransport second = new FakeTransport();
        comesTooLate(() -> {
            session.onClosed(webSocket, CloseReason.TRANSPORT_CLOSE, "");
            assertTrue(session.offer(second));
            session.onText(second, "2probe");
        });
        session.onText(second, "5");
        assertEquals("websocket", session.transport());
        assertEquals(List.of("3probe"), second.next());
        assertEquals(0, server.upgrades().timedOut());
    }

    /** Does this while the timer's thread waits for the session, to tell it that the upgrade took too long. */
    private void comesTooLate(Runnable meanwhile) throws InterruptedException {
        probe();
        Thread timer = new Thread(() -> clock.advance(Duration.ofSeconds(10).plus(SLACK), deadlines));
        synchronized (session) {
            timer.start();
            while (timer.getState() != Thread.State.BLOCKED) {
                assertTrue(timer.isAlive(), "the timer's thread waits for the session");
                Thread.onSpinWait();
            }
            meanwhile.run();
        }
        timer.join();
    }

    @Test
    void failsWhenTheWebSocketCloses() {
        probe();
        session.onClosed(webSocket, CloseReason.TRANSPORT_CLOSE, "");
        assertEquals(1, deadlines.pending(), "the heartbeat alone");
        assertStillPolling();
        assertTrue(session.offer(new FakeTransport()));
    }

    @Test
    void failsWhileAPostIsUnderWay() {
        probe();
        FakeExchange exchange = FakeExchange.quick();
        PollingPost post = session.onPost(exchange);
        session.onText(webSocket, "5"); // else the POST's packets and the WebSocket's would come at once
        assertEquals(List.of("close PARSE_ERROR"), webSocket.next());
        post.complete("4a");
        assertEquals(FakeExchange.OK, exchange.answer());
        assertEquals(List.of("a"), hall.heard());
        assertStillPolling();
    }

    @Test
    void carriesAPauseOver() {
        probe();
        session.pause();
        session.onText(webSocket, "5");
        assertTrue(webSocket.isPaused());
        session.resume();
        assertFalse(webSocket.isPaused());
        session.pause();
        assertTrue(webSocket.isPaused());
    }

    @Test
    void endsWithTheSession() {
        probe();
        session.close(CloseReason.PING_TIMEOUT, "");
        assertEquals(List.of("close PING_TIMEOUT"), webSocket.next());
        session.onText(webSocket, "5");
        assertFalse(session.offer(new FakeTransport()));
        assertNothingLeft();
    }

    @Test
    void causesNoPingTimeout() {
        probe();
        session.onText(webSocket, "5");
        pass(Duration.ofSeconds(26));
        assertEquals(List.of("2"), webSocket.next());
        session.onText(webSocket, "3");
        pass(Duration.ofSeconds(26));
        assertEquals(List.of("2"), webSocket.next());
        assertEquals(List.of(), hall.heard());
    }

    @Test
    void leavesASessionThatEndsWithItsWebSocket() {
        upgrade();
        session.onClosed(webSocket, CloseReason.TRANSPORT_CLOSE, "");
        assertEquals(List.of("closed TRANSPORT_CLOSE"), hall.heard());
        assertNothingLeft();
    }
}
