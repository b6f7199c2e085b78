package io.gangway.engineio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.connection.CloseReason;
import io.gangway.connection.Delivery;
import io.gangway.connection.Frame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GETs that bring and POSTs that take. */
class PollingTransportTest extends EngineIoFixture {
    @Nested
    class Polls {
        @Test
        void waitForSomethingToSend() {
            EngineIoSession session = polling();
            FakeExchange poll = poll(session);
            flush();
            assertNull(poll.answer());
            send(session, "a");
            assertNull(poll.answer(), "nothing is written on the sender's thread");
            send(session, "b");
            flush();
            assertEquals("200 4a|4b", poll.answer());
        }

        @Test
        void findWhatWaitsForThem() {
            EngineIoSession session = polling();
            send(session, "a", "b");
            flush();
            assertFalse(session.isWritable());
            assertEquals("200 4a|4b", poll(session).answer());
            assertEquals(0, session.bufferedBytes());
        }

        @Test
        void areAnsweredOnTheSendersThreadIfItWants() {
            EngineIoSession session = polling();
            FakeExchange poll = poll(session);
            send(session, "a");
            session.sendNow(Frame.of("b"));
            assertEquals("200 4a|4b", poll.answer());
        }

        @Test
        void bringBinaryDataAsBase64() {
            EngineIoSession session = polling();
            session.send(Frame.of("51-[]", List.of(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), ByteBuffer.allocate(0))));
            send(session, "next");
            assertEquals("200 451-[]|bAQIDBA==|b|4next", poll(session).answer());
        }

        @Test
        void bringABinaryMessageWithoutText() {
            EngineIoSession session = polling();
            session.send(Frame.binary(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), Delivery.RELIABLE));
            send(session, "next");
            assertEquals("200 bAQIDBA==|4next", poll(session).answer());
        }

        @Test
        void bringTextInUtf8() {
            EngineIoSession session = polling();
            send(session, "grün \uD83D\uDE00 \u2028");
            assertEquals("200 4grün \uD83D\uDE00 \u2028", poll(session).answer());
        }

        @Test
        void bringNoMoreThanAPayloadHolds() {
            EngineIoSession session = polling();
            String half = "x".repeat(490_000);
            send(session, "1" + half, "2" + half, "3");
            assertEquals("200 41" + half + "|42" + half + "|43", poll(session).answer());
            send(session, "1" + half, "2" + half + "x".repeat(20_000));
            assertEquals("200 41" + half, poll(session).answer());
            assertTrue(poll(session).answer().startsWith("200 42"));
        }

        @Test
        void bringManyPacketsInAFewTurns() {
            EngineIoSession session = polling();
            String[] texts = IntStream.range(0, 300).mapToObj(String::valueOf).toArray(String[]::new);
            send(session, texts);
            String first = poll(session).answer();
            String second = poll(session).answer();
            assertEquals("200 4" + String.join("|4", texts), first + second.replace("200 ", "|"));
        }

        @Test
        void areNotAnsweredBeforeTheLastAnswerIsWritten() {
            EngineIoSession session = polling();
            FakeExchange first = FakeExchange.slow();
            session.onPoll(first);
            send(session, "a");
            flush();
            FakeExchange second = poll(session);
            send(session, "b");
            flush();
            assertNull(second.answer());
            first.sent();
            flush();
            assertEquals("200 4b", second.answer());
        }

        @Test
        void endTheSessionWhenTheirAnswerCannotBeWritten() {
            EngineIoSession session = polling();
            FakeExchange poll = FakeExchange.slow();
            session.onPoll(poll);
            send(session, "a");
            flush();
            poll.fail();
            assertEquals(List.of("closed TRANSPORT_ERROR"), hall.heard());
            assertNothingLeft();
        }

        @Test
        void endTheSessionWhenThereAreTwo() {
            EngineIoSession session = polling();
            FakeExchange first = poll(session);
            FakeExchange second = poll(session);
            assertEquals(CLOSE, first.answer());
            assertEquals(FakeExchange.BAD_REQUEST, second.answer());
            assertEquals(List.of("closed TRANSPORT_ERROR"), hall.heard());
            assertEquals("UNKNOWN_SESSION", refusal("polling", session));
            assertNothingLeft();
        }

        @Test
        void endTheSessionWhenTheirClientIsGone() {
            EngineIoSession session = polling();
            FakeExchange answered = poll(session);
            send(session, "a");
            flush();
            session.onPollGone(answered);
            assertEquals(List.of(), hall.heard(), "it has had its answer");
            session.onPollGone(poll(session));
            assertEquals(List.of("closed TRANSPORT_ERROR"), hall.heard());
            assertNothingLeft();
        }

        @Test
        void letLossyFramesPassOnlyWhileTheyWait() {
            EngineIoSession session = polling();
            session.send(Frame.of("lost", List.of(), Delivery.LOSSY));
            FakeExchange poll = poll(session);
            assertTrue(session.isWritable());
            session.send(Frame.of("a", List.of(), Delivery.LOSSY));
            session.send(Frame.of("lost", List.of(), Delivery.LOSSY));
            flush();
            assertEquals("200 4a", poll.answer());
        }
    }

    @Nested
    class Posts {
        @Test
        void bringPacketsInTheirOrder() {
            EngineIoSession session = polling();
            assertEquals(FakeExchange.OK, post(session, "4a|4|bdHdv|b|4grün").answer());
            assertEquals(List.of("a", "", "<two>", "<>", "grün"), hall.heard());
            assertEquals(FakeExchange.OK, post(session, "4b").answer());
            assertEquals(List.of("b"), hall.heard());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "|", "||", "abc", "2", "2probe", "7", "x", "B", "4a||4b", "|4a"})
        void ofUnknownPacketsEndTheSession(String body) {
            EngineIoSession session = polling();
            FakeExchange poll = poll(session);
            assertEquals(FakeExchange.BAD_REQUEST, post(session, body).answer());
            flush();
            assertEquals(CLOSE, poll.answer());
            List<String> heard = hall.heard();
            assertEquals("closed PARSE_ERROR", heard.get(heard.size() - 1));
            assertFalse(heard.contains("b"), "nothing behind the fault");
            assertNothingLeft();
        }

        @ParameterizedTest
        @ValueSource(strings = {"b*", "bA", "bAAA=A", "bgrün", "b AAAA"})
        void ofBrokenBase64EndTheSession(String body) {
            EngineIoSession session = polling();
            assertEquals(FakeExchange.BAD_REQUEST, post(session, "4a|" + body).answer());
            assertEquals(List.of("a", "closed PARSE_ERROR"), hall.heard());
        }

        @Test
        void mayBreakBase64IntoLinesAsTheJavaClientDoes() {
            EngineIoSession session = polling();
            assertEquals(FakeExchange.OK, post(session, "bdHdv\n|bdH\r\ndv\n").answer());
            assertEquals(List.of("<two>", "<two>"), hall.heard());
        }

        @Test
        void mayBringPacketsOfNoConsequence() {
            EngineIoSession session = polling();
            assertEquals(FakeExchange.OK, post(session, "0{}|5|6|3|3probe|4a").answer());
            assertEquals(List.of("a"), hall.heard());
            assertEquals(1, deadlines.pending(), "a pong makes no timers");
        }

        @Test
        void ofManyPacketsAreReadInOneGo() {
            EngineIoSession session = polling();
            assertEquals(
                    FakeExchange.OK, post(session, "3" + "|3".repeat(300_000)).answer());
        }

        @Test
        void endTheSessionWhenThereAreTwo() {
            EngineIoSession session = polling();
            FakeExchange poll = poll(session);
            FakeExchange first = FakeExchange.quick();
            PollingPost reading = session.onPost(first);
            FakeExchange second = post(session, "4b");
            assertEquals(FakeExchange.BAD_REQUEST, second.answer());
            assertEquals(FakeExchange.BAD_REQUEST, first.answer());
            assertEquals(CLOSE, poll.answer());
            reading.complete("4a");
            assertEquals(List.of("closed TRANSPORT_ERROR"), hall.heard());
            assertNothingLeft();
        }

        @Test
        void thatAreTooLargeLeaveTheSessionAlone() {
            EngineIoSession session = polling();
            FakeExchange large = FakeExchange.quick();
            session.onPost(large).tooLarge();
            assertEquals("413 {\"code\":3,\"message\":\"Payload too large\"}", large.answer());
            assertEquals(FakeExchange.OK, post(session, "4a").answer());
        }

        @Test
        void thatCannotBeReadEndTheSession() {
            EngineIoSession session = polling();
            FakeExchange poll = poll(session);
            FakeExchange broken = FakeExchange.quick();
            session.onPost(broken).fail("the client went");
            assertEquals(FakeExchange.BAD_REQUEST, broken.answer());
            assertEquals(CLOSE, poll.answer());
            assertEquals(List.of("closed TRANSPORT_ERROR"), hall.heard());
            assertNothingLeft();
        }

        @Test
        void waitWhileTheSessionIsPaused() {
            EngineIoSession session = polling();
            hall.whenHeard = text -> {
                if (text.equals("b") || text.equals("c")) {
                    session.pause();
                }
            };
            FakeExchange post = post(session, "4a|4b|4c|4d");
            assertEquals(List.of("a", "b"), hall.heard());
            assertNull(post.answer(), "so that the client sends no other");
            session.resume();
            assertEquals(List.of("c"), hall.heard());
            session.resume();
            assertEquals(List.of("d"), hall.heard());
            assertEquals(FakeExchange.OK, post.answer());
            session.resume();
            assertEquals(FakeExchange.OK, post(session, "4e").answer());
        }

        @Test
        void goOnWhenTheSessionIsResumedWhileTheyAreDelivered() {
            EngineIoSession session = polling();
            hall.whenHeard = text -> {
                session.pause();
                session.resume();
            };
            assertEquals(FakeExchange.OK, post(session, "4a|4b").answer());
            assertEquals(List.of("a", "b"), hall.heard());
        }

        @Test
        void thatArriveWhileTheSessionIsPausedWaitAsWhole() {
            EngineIoSession session = polling();
            session.pause();
            FakeExchange post = post(session, "4a");
            assertEquals(List.of(), hall.heard());
            session.resume();
            assertEquals(List.of("a"), hall.heard());
            assertEquals(FakeExchange.OK, post.answer());
        }

        @Test
        void areAbortedWhenTheSessionEnds() {
            EngineIoSession session = polling();
            session.pause();
            FakeExchange waiting = post(session, "4a");
            session.close(CloseReason.PING_TIMEOUT, "");
            assertEquals(FakeExchange.BAD_REQUEST, waiting.answer());
            session.resume();
            assertEquals(List.of("closed PING_TIMEOUT"), hall.heard());
        }

        @Test
        void areCutShortByAHallThatCloses() {
            EngineIoSession session = polling();
            hall.whenHeard = text -> session.close(CloseReason.PARSE_ERROR, "nonsense");
            assertEquals(FakeExchange.OK, post(session, "4a|4b").answer());
            assertEquals(List.of("a", "closed PARSE_ERROR"), hall.heard());
        }
    }
}
