package io.gangway.engineio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.connection.CloseReason;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What clients send on two connections at once, and a server with many threads hears in any order. */
@Tag("threads")
class EngineIoRacesTest extends EngineIoFixture {
    private static final int ROUNDS = 500;

    private final Random random = new Random(1);

    /** Runs the two so close to each other that now this one, now that one is first, and often neither. */
    private void together(Runnable one, Runnable other) {
        AtomicInteger ready = new AtomicInteger();
        int headStart = random.nextInt(200) - 100;
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> begin(ready, -headStart, other));
        begin(ready, headStart, one);
        second.join();
    }

    private void begin(AtomicInteger ready, int delay, Runnable action) {
        ready.incrementAndGet();
        spinUntil(() -> ready.get() == 2);
        for (int i = 0; i < delay; i++) {
            Thread.onSpinWait();
        }
        action.run();
    }

    /** Sees it sooner than a thread that has to be awoken. */
    private void spinUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - end < 0, "in vain");
        }
    }

    @Test
    void aPollAndTheUpgradePacketAtOnceLeaveTheWebSocketInUse() {
        for (int i = 0; i < ROUNDS; i++) {
            EngineIoSession session = polling();
            FakeTransport webSocket = new FakeTransport();
            session.offer(webSocket);
            session.onText(webSocket, "2probe");
            FakeExchange poll = FakeExchange.quick();
            together(() -> session.onText(webSocket, "5"), () -> session.onPoll(poll));
            send(session, "a");
            flush();
            assertEquals(FakeExchange.BAD_REQUEST, poll.answer());
            assertEquals(List.of("3probe", "4a"), webSocket.next());
            session.close(CloseReason.TRANSPORT_ERROR, "");
            assertEquals(List.of("closed TRANSPORT_ERROR"), hall.heard());
        }
        assertNothingLeft();
    }

    @Test
    void aPostAndTheUpgradePacketAtOnceNeverShareTheSession() {
        for (int i = 0; i < ROUNDS; i++) {
            EngineIoSession session = polling();
            FakeTransport webSocket = new FakeTransport();
            session.offer(webSocket);
            session.onText(webSocket, "2probe");
            FakeExchange exchange = FakeExchange.quick();
            PollingPost[] post = new PollingPost[1];
            together(() -> session.onText(webSocket, "5"), () -> post[0] = session.onPost(exchange));
            boolean upgraded = session.transport().equals("websocket");
            assertEquals(upgraded, post[0] == null);
            assertEquals(upgraded ? FakeExchange.BAD_REQUEST : null, exchange.answer());
            assertEquals(List.of(), hall.heard());
            session.close(CloseReason.TRANSPORT_ERROR, "");
            hall.heard();
        }
    }

    @Test
    void aPollAndAClosePacketAtOnceLeaveNoPollWaiting() {
        for (int i = 0; i < ROUNDS; i++) {
            EngineIoSession session = polling();
            FakeExchange poll = FakeExchange.quick();
            together(() -> post(session, "1"), () -> session.onPoll(poll));
            assertEquals(NOOP, poll.answer());
            assertEquals(List.of("closed TRANSPORT_CLOSE"), hall.heard());
        }
        pass(GRACE.plus(SLACK));
        assertNothingLeft();
    }

    @Test
    void aPollAndACloseAtOnceLeaveNoPollWaiting() {
        for (int i = 0; i < ROUNDS; i++) {
            EngineIoSession session = polling();
            CloseReason reason = i % 2 == 0 ? CloseReason.FORCED_CLOSE : CloseReason.PING_TIMEOUT;
            FakeExchange poll = FakeExchange.quick();
            together(() -> session.close(reason, ""), () -> session.onPoll(poll));
            flush();
            assertTrue(CLOSE.equals(poll.answer()) || FakeExchange.BAD_REQUEST.equals(poll.answer()), poll.answer());
            assertEquals(List.of("closed " + reason), hall.heard());
        }
        assertNothingLeft();
    }

    @Test
    void aResumeWhileTheSessionIsPausingLosesNoPost() {
        int packets = 5_000;
        EngineIoSession session = polling();
        AtomicInteger pauses = new AtomicInteger();
        hall.whenHeard = text -> {
            session.pause();
            pauses.incrementAndGet();
        };
        FakeExchange post = FakeExchange.quick();
        PollingPost reading = session.onPost(post);
        CompletableFuture<Void> resuming = CompletableFuture.runAsync(() -> {
            Random delays = new Random(2);
            for (int i = 0; i < packets; i++) {
                int resumed = i;
                spinUntil(() -> pauses.get() > resumed);
                for (int delay = delays.nextInt(20); delay > 0; delay--) {
                    Thread.onSpinWait();
                }
                session.resume(); // once for each pause: a second one would make up for one that was lost
            }
        });
        reading.complete("4a" + "\u001e4a".repeat(packets - 1));
        resuming.orTimeout(30, TimeUnit.SECONDS).join();
        assertEquals(packets, hall.heard().size());
        assertEquals(FakeExchange.OK, post.answer());
    }

    @Test
    void twoPollsAtOnceAreBothAnsweredAndEndTheSession() {
        for (int i = 0; i < ROUNDS; i++) {
            EngineIoSession session = polling();
            FakeExchange one = FakeExchange.quick();
            FakeExchange other = FakeExchange.quick();
            together(() -> session.onPoll(one), () -> session.onPoll(other));
            assertEquals(Set.of(CLOSE, FakeExchange.BAD_REQUEST), Set.of(one.answer(), other.answer()));
            assertEquals(List.of("closed TRANSPORT_ERROR"), hall.heard());
        }
        assertNothingLeft();
    }

    @Test
    void aTimerThatReleasesAPollMakesNoQueueThatNeverRests() {
        for (int i = 0; i < ROUNDS; i++) {
            EngineIoSession session = polling();
            FakeTransport webSocket = new FakeTransport();
            session.offer(webSocket);
            session.onText(webSocket, "2probe");
            FakeExchange first = FakeExchange.quick();
            session.onPoll(first);
            clock.advance(GRACE.plus(SLACK));
            FakeExchange second = FakeExchange.quick();
            together(deadlines::turn, () -> send(session, "a"));
            flush();
            session.onPoll(second);
            flush();
            // One of the two brings the message, and the other one nothing but a noop, or still waits.
            assertTrue("200 4a".equals(first.answer()) || "200 4a".equals(second.answer()), first.answer());
            session.close(CloseReason.TRANSPORT_ERROR, "");
            hall.heard();
            clock.advance(GRACE.plus(SLACK), deadlines);
        }
    }
}
