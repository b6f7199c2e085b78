package io.gangway.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private static final Duration SLACK = Duration.ofMillis(20);
    private static final Duration INTERVAL = Duration.ofSeconds(25);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final ManualClock clock = new ManualClock();
    private final Deadlines deadlines = Deadlines.byHand(clock);
    private int pings;
    private int expiries;

    private final Heartbeat heartbeat = new Heartbeat(deadlines, INTERVAL, TIMEOUT, () -> pings++, () -> expiries++);

    @BeforeEach
    void start() {
        heartbeat.start();
    }

    private void pass(Duration time) {
        clock.advance(time, deadlines);
    }

    @Test
    void pingsAfterTheInterval() {
        pass(INTERVAL.minus(Duration.ofMillis(1)));
        assertEquals(0, pings);
        pass(SLACK);
        assertEquals(1, pings);
        pass(TIMEOUT.minus(SLACK.multipliedBy(2)));
        assertEquals(1, pings);
        assertEquals(0, expiries);
    }

    @Test
    void expiresAtIntervalAndTimeoutTogether() {
        pass(INTERVAL.plus(TIMEOUT).minus(Duration.ofMillis(1)));
        assertFalse(heartbeat.isOver());
        assertEquals(0, expiries);
        clock.advance(Duration.ofMillis(1));
        assertTrue(heartbeat.isOver(), "to the tick, though the timer has not come round");
        assertEquals(0, expiries);
        pass(SLACK);
        assertEquals(1, expiries);
        pass(Duration.ofMinutes(2));
        assertEquals(1, expiries);
        assertEquals(0, deadlines.pending());
    }

    @Test
    void beginsAnewWithEachPong() {
        for (int i = 1; i <= 5; i++) {
            pass(INTERVAL.plus(Duration.ofSeconds(19)));
            assertEquals(i, pings);
            heartbeat.onPong();
            assertEquals(1, deadlines.pending());
        }
        assertEquals(0, expiries);
        pass(INTERVAL.plus(TIMEOUT).plus(SLACK));
        assertEquals(1, expiries);
    }

    @Test
    void takesNothingFromAPongThatNobodyAskedFor() {
        pass(INTERVAL.minusSeconds(1));
        for (int i = 0; i < 100; i++) {
            heartbeat.onPong();
        }
        assertEquals(1, deadlines.pending());
        pass(Duration.ofSeconds(1).plus(SLACK));
        assertEquals(1, pings, "not put off");
        heartbeat.onPong();
        heartbeat.onPong();
        pass(INTERVAL.plus(SLACK));
        assertEquals(2, pings);
    }

    @Test
    void isPutOffOnceByAnotherPacketWhileAPongIsDue() {
        pass(INTERVAL.plusSeconds(15));
        heartbeat.onPacket();
        assertEquals(1, deadlines.pending());
        pass(Duration.ofSeconds(15));
        assertEquals(0, expiries, "five seconds over");
        heartbeat.onPacket();
        pass(Duration.ofSeconds(5).minus(Duration.ofMillis(1)));
        assertEquals(0, expiries);
        pass(SLACK);
        assertEquals(1, expiries, "the second one bought nothing");
    }

    @Test
    void mayBePutOffAgainAfterThePong() {
        pass(INTERVAL.plusSeconds(15));
        heartbeat.onPacket();
        pass(Duration.ofSeconds(15));
        heartbeat.onPong();
        pass(INTERVAL.plusSeconds(15));
        heartbeat.onPacket();
        pass(Duration.ofSeconds(15));
        assertEquals(0, expiries);
        assertEquals(2, pings);
    }

    @Test
    void isNotPutOffByPacketsBeforeThePing() {
        pass(INTERVAL.minusSeconds(1));
        heartbeat.onPacket();
        pass(Duration.ofSeconds(1).plus(TIMEOUT).plus(SLACK));
        assertEquals(1, expiries);
    }

    @Test
    void leavesNothingWhenItStops() {
        heartbeat.stop();
        assertEquals(0, deadlines.pending());
        heartbeat.start();
        heartbeat.onPong();
        heartbeat.onPacket();
        assertEquals(0, deadlines.pending());
        pass(Duration.ofMinutes(2));
        assertEquals(0, pings + expiries);
        assertFalse(heartbeat.isOver());
    }

    @Test
    void leavesNothingWhenItStopsWhileAPongIsDue() {
        pass(INTERVAL.plus(SLACK));
        heartbeat.stop();
        assertEquals(0, deadlines.pending());
        heartbeat.onPong();
        heartbeat.onPacket();
        assertEquals(0, deadlines.pending());
    }

    @Test
    void goesOnPingingWhileNothingIsReadAndWaitsForNoPong() {
        pass(INTERVAL.plus(SLACK)); // a pong is due
        heartbeat.suspend();
        pass(INTERVAL.plus(TIMEOUT).multipliedBy(4));
        assertTrue(pings >= 4, pings + " pings");
        assertFalse(heartbeat.isOver());
        assertEquals(0, expiries);

        heartbeat.resume();
        pass(INTERVAL.plus(TIMEOUT).plus(SLACK));
        assertEquals(1, expiries);
        assertEquals(0, deadlines.pending());
    }

    @Test
    void pingsAClientHoweverOftenItIsSuspended() {
        for (int i = 0; i < 100; i++) {
            heartbeat.suspend();
            pass(Duration.ofMillis(500));
            heartbeat.resume();
            pass(Duration.ofMillis(500));
            if (pings > 0) {
                heartbeat.onPong();
            }
        }
        assertTrue(pings >= 3, pings + " pings in 100 s");
        assertEquals(0, expiries);
    }

    /** A client leaves if no ping comes for pingInterval + pingTimeout. */
    @Test
    void pingsAClientWhosePongWaitsBehindWhatIsNotRead() {
        pass(INTERVAL.plus(SLACK));
        int before = pings;
        for (int i = 0; i < 300; i++) {
            heartbeat.suspend();
            pass(Duration.ofMillis(700));
            heartbeat.resume();
            pass(Duration.ofMillis(300));
        }
        assertTrue(pings - before >= 10, pings - before + " pings in 300 s");
        assertEquals(0, expiries);
    }
}
