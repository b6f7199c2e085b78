package io.gangway.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Frame;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a session begins and how it ends, on either transport. */
class EngineIoSessionTest extends EngineIoFixture {
    @Nested
    class Opening {
        @Test
        void answersTheFirstGetWithTheOpenPacket() {
            FakeExchange handshake = FakeExchange.quick();
            server.openPolling(REQUEST, handshake);
            String sid = handshake.opened().get(0);
            assertEquals(20, sid.length());
            assertEquals(
                    "200 0{\"sid\":\"" + sid
                            + "\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,\"pingTimeout\":20000,"
                            + "\"maxPayload\":1000000}",
                    handshake.answer());
            assertEquals("polling", session(sid).transport());
            assertEquals(REQUEST, session(sid).request());
        }

        @Test
        void sendsTheOpenPacketFirstOnAWebSocket() {
            FakeTransport webSocket = new FakeTransport();
            hall.whenAccepted = connection -> connection.send(Frame.of("hello"));
            EngineIoSession session = server.openWebSocket(REQUEST, webSocket);
            flush();
            List<String> packets = webSocket.next();
            assertTrue(
                    packets.get(0).startsWith("0{\"sid\":\"" + session.sid() + "\",\"upgrades\":[],"), packets.get(0));
            assertEquals("4hello", packets.get(1));
            assertEquals("websocket", session.transport());
        }

        @Test
        void sendsWhatTheHallSaysAtOnceBehindTheOpenPacket() {
            hall.whenAccepted = connection -> connection.send(Frame.of("hello"));
            FakeExchange handshake = FakeExchange.quick();
            server.openPolling(REQUEST, handshake);
            assertTrue(handshake.answer().endsWith("}|4hello"), handshake.answer());
        }

        private String openPacketWith(Set<String> transports, boolean upgrades) {
            server = server(new EngineIoSettings(
                    SETTINGS.pingInterval(),
                    SETTINGS.pingTimeout(),
                    SETTINGS.upgradeTimeout(),
                    SETTINGS.messageTimeout(),
                    5,
                    transports,
                    upgrades));
            FakeExchange handshake = FakeExchange.quick();
            server.openPolling(REQUEST, handshake);
            return handshake.answer();
        }

        @Test
        void offersNoUpgradeWhereThereIsNone() {
            String none = "\"upgrades\":[]";
            assertTrue(openPacketWith(Set.of("polling"), true).contains(none));
            assertTrue(openPacketWith(Set.of("polling", "websocket"), false).contains(none));
            assertFalse(polling().offer(new FakeTransport()));
        }

        @Test
        void drawsADifferentIdForEach() {
            assertNotEquals(polling().sid(), polling().sid());
        }

        @ParameterizedTest
        @EnumSource(CloseReason.class)
        void tellsAHallThatClosesAtOnceOfTheClose(CloseReason reason) {
            hall.whenAccepted = connection -> connection.close(reason, "not you");
            FakeExchange handshake = FakeExchange.quick();
            server.openPolling(REQUEST, handshake);
            flush();
            assertEquals(List.of("closed " + reason), hall.heard());
            if (server.sessions() > 0) {
                assertTrue(handshake.answer().endsWith("}"), handshake.answer());
                assertEquals(CLOSE, poll(session(handshake.opened().get(0))).answer());
            } else {
                assertEquals(FakeExchange.BAD_REQUEST, handshake.answer());
            }

            FakeTransport webSocket = new FakeTransport();
            EngineIoSession session = server.openWebSocket(REQUEST, webSocket);
            flush();
            assertEquals(List.of("closed " + reason), hall.heard());
            assertFalse(webSocket.next().isEmpty());
            session.onClosed(webSocket, CloseReason.TRANSPORT_CLOSE, "as it was told");
            assertNothingLeft();
        }

        @Test
        void isNotMissedByAServerThatCloses() {
            hall.whenAccepted = connection -> server.close();
            FakeExchange handshake = FakeExchange.quick();
            server.openPolling(REQUEST, handshake);
            flush();
            assertEquals(List.of("closed SERVER_SHUTDOWN"), hall.heard());
            assertEquals(CLOSE, poll(session(handshake.opened().get(0))).answer());
            assertNothingLeft();
        }
    }

    @Nested
    class Closing {
        @Test
        void sendsWhatWaitsAndThenTheClosePacket() {
            EngineIoSession session = polling();
            FakeExchange poll = poll(session);
            send(session, "a");
            session.close(CloseReason.FORCED_CLOSE, "");
            assertEquals(List.of("closed FORCED_CLOSE"), hall.heard(), "at once");
            send(session, "too late");
            flush();
            assertEquals("200 4a", poll.answer());
            assertEquals(CLOSE, poll(session).answer(), "alone: stock clients act on it before they act on messages");
            assertEquals("UNKNOWN_SESSION", refusal("polling", session));
            assertNothingLeft();
        }

        @Test
        void endsAWaitingPoll() {
            EngineIoSession session = polling();
            FakeExchange poll = poll(session);
            session.close(CloseReason.FORCED_CLOSE, "");
            flush();
            assertEquals(CLOSE, poll.answer());
            assertNothingLeft();
        }

        @Test
        void waitsForThePollThatFetchesTheRest() {
            EngineIoSession session = polling();
            send(session, "a");
            session.close(CloseReason.FORCED_CLOSE, "");
            flush();
            pass(Duration.ofSeconds(9));
            assertEquals("none", refusal("polling", session));
            assertEquals("200 4a", poll(session).answer());
            assertEquals("none", refusal("polling", session));
            assertEquals(CLOSE, poll(session).answer());
            assertEquals("UNKNOWN_SESSION", refusal("polling", session));
            assertEquals(FakeExchange.BAD_REQUEST, poll(session).answer(), "whoever got through before");
            assertNothingLeft();
        }

        @Test
        void waitsForThatPollNotForever() {
            EngineIoSession session = polling();
            session.close(CloseReason.FORCED_CLOSE, "");
            pass(Duration.ofSeconds(10).plus(SLACK));
            assertEquals("UNKNOWN_SESSION", refusal("polling", session));
            assertNothingLeft();
        }

        @Test
        void isHeardOnceWhateverComesBehind() {
            EngineIoSession session = polling();
            session.close(CloseReason.FORCED_CLOSE, "");
            session.close(CloseReason.SLOW_CLIENT, "");
            post(session, "1");
            post(session, "abc");
            poll(session);
            poll(session);
            pass(Duration.ofMinutes(2));
            assertEquals(List.of("closed FORCED_CLOSE"), hall.heard());
            assertTrue(session.isClosed());
            assertNothingLeft();
        }

        @ParameterizedTest
        @EnumSource(
                value = CloseReason.class,
                names = {"SLOW_CLIENT", "TRANSPORT_ERROR"})
        void dropsWhatWaitsOfAClientThatDoesNotTakeIt(CloseReason reason) {
            EngineIoSession session = polling();
            send(session, "a");
            session.close(reason, "");
            assertEquals(0, session.bufferedBytes());
            assertEquals("UNKNOWN_SESSION", refusal("polling", session));
            assertNothingLeft();
        }

        @Test
        void comesOfTooMuchThatWaits() {
            EngineIoSession session = polling();
            String big = "x".repeat(600_000);
            send(session, big, big);
            assertEquals(List.of(), hall.heard());
            send(session, "lost");
            assertEquals(List.of("closed SLOW_CLIENT"), hall.heard());
            assertNothingLeft();
        }

        @Test
        void answersTheClientsClosePacketWithANoopToItsPoll() {
            EngineIoSession session = polling();
            FakeExchange poll = poll(session);
            assertEquals(FakeExchange.OK, post(session, "4a|1|4b").answer());
            assertEquals(NOOP, poll.answer());
            assertEquals(List.of("a", "closed TRANSPORT_CLOSE"), hall.heard());
            assertEquals("UNKNOWN_SESSION", refusal("polling", session));
            assertEquals(FakeExchange.BAD_REQUEST, poll(session).answer(), "it has had its noop");
            assertNothingLeft();
        }

        @Test
        void letsExactlyOneLatePollHaveTheNoop() {
            EngineIoSession session = polling();
            assertEquals(FakeExchange.OK, post(session, "1").answer());
            assertEquals("none", refusal("polling", session));
            assertEquals(NOOP, poll(session).answer());
            assertEquals(FakeExchange.BAD_REQUEST, poll(session).answer());
            assertEquals("UNKNOWN_SESSION", refusal("polling", session));
            assertNothingLeft();
        }

        @Test
        void waitsForTheLatePollNoLongerThanItsGrace() {
            EngineIoSession session = polling();
            post(session, "1");
            pass(GRACE.minus(MILLI));
            assertEquals("none", refusal("polling", session));
            assertEquals(FakeExchange.BAD_REQUEST, post(session, "4too late").answer());
            assertEquals("none", refusal("polling", session), "and a POST is not that poll");
            pass(SLACK);
            assertEquals("UNKNOWN_SESSION", refusal("polling", session));
            assertNothingLeft();
        }

        @Test
        void comesOfAClientThatDoesNotAnswerThePing() {
            EngineIoSession session = polling();
            FakeExchange poll = poll(session);
            pass(Duration.ofSeconds(25).plus(SLACK));
            assertEquals("200 2", poll.answer());
            FakeExchange next = poll(session);
            pass(Duration.ofSeconds(20));
            assertEquals(CLOSE, next.answer());
            assertEquals(List.of("closed PING_TIMEOUT"), hall.heard());
            assertNothingLeft();
        }

        @Test
        void comesOfAClientThatNeverPollsAgain() {
            polling();
            pass(Duration.ofSeconds(45).plus(SLACK));
            assertEquals(List.of("closed PING_TIMEOUT"), hall.heard());
            assertNothingLeft();
        }

        @Test
        void doesNotComeOfAClientThatAnswers() {
            EngineIoSession session = polling();
            for (int i = 0; i < 5; i++) {
                pass(Duration.ofSeconds(26));
                assertEquals("200 2", poll(session).answer());
                assertEquals(FakeExchange.OK, post(session, "3").answer());
            }
            assertEquals(List.of(), hall.heard());
        }

        @Test
        void isFoundByARequestThatComesTooLate() {
            EngineIoSession session = polling();
            clock.advance(Duration.ofSeconds(45)); // the timer has not come round
            assertEquals(FakeExchange.BAD_REQUEST, poll(session).answer());
            assertEquals(List.of("closed PING_TIMEOUT"), hall.heard());
            EngineIoSession other = polling();
            clock.advance(Duration.ofSeconds(45));
            assertEquals(FakeExchange.BAD_REQUEST, post(other, "3").answer());
            assertEquals(List.of("closed PING_TIMEOUT"), hall.heard());
            assertNothingLeft();
        }

        @Test
        void ofAWebSocketSendsTheRestAndEndsIt() {
            FakeTransport webSocket = new FakeTransport();
            EngineIoSession session = server.openWebSocket(REQUEST, webSocket);
            flush();
            webSocket.next();
            send(session, "a");
            session.close(CloseReason.FORCED_CLOSE, "");
            assertEquals("UNKNOWN_SESSION", refusal("websocket", session));
            flush();
            assertEquals(List.of("4a", "end"), webSocket.next());
            session.onText(webSocket, "4too late");
            session.onBinary(webSocket, ByteBuffer.allocate(1));
            assertEquals(List.of("closed FORCED_CLOSE"), hall.heard());
            session.onClosed(webSocket, CloseReason.TRANSPORT_CLOSE, "");
            assertNothingLeft();
        }

        @Test
        void cutsAWebSocketThatTakesNothing() {
            FakeTransport webSocket = new FakeTransport();
            EngineIoSession session = server.openWebSocket(REQUEST, webSocket);
            flush();
            webSocket.stick();
            send(session, "a");
            flush();
            send(session, "b");
            session.close(CloseReason.FORCED_CLOSE, "");
            flush();
            webSocket.next();
            pass(Duration.ofSeconds(10).plus(SLACK));
            assertEquals(List.of("close FORCED_CLOSE"), webSocket.next());
            assertNothingLeft();
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "2", "2probe", "7", "x"})
        void comesOfUnknownPacketsOnAWebSocket(String packet) {
            FakeTransport webSocket = new FakeTransport();
            EngineIoSession session = server.openWebSocket(REQUEST, webSocket);
            session.onText(webSocket, "4a");
            session.onBinary(webSocket, ByteBuffer.wrap("two".getBytes(UTF_8)));
            session.onText(webSocket, "6");
            session.onText(webSocket, packet);
            session.onText(webSocket, "4b");
            assertEquals(List.of("a", "<two>", "closed PARSE_ERROR"), hall.heard());
        }

        @Test
        void comesOfAClosePacketOnAWebSocket() {
            FakeTransport webSocket = new FakeTransport();
            EngineIoSession session = server.openWebSocket(REQUEST, webSocket);
            flush();
            webSocket.next();
            session.onText(webSocket, "1");
            assertEquals(List.of("closed TRANSPORT_CLOSE"), hall.heard());
            assertEquals(List.of("close TRANSPORT_CLOSE"), webSocket.next());
            assertNothingLeft();
        }
    }
}
