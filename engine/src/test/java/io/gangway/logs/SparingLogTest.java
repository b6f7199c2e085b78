package io.gangway.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.tasks.ManualClock;
import io.gangway.testing.CapturedLog;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SparingLogTest {
    private final ManualClock clock = new ManualClock();
    private final SparingLog log = new SparingLog(LoggerFactory.getLogger("sparing"), clock);

    private static RuntimeException failure(String message) {
        return new IllegalStateException(message);
    }

    @Test
    void ofOneKindTheFirstAreLoggedAndTheOthersAreCounted() {
        try (CapturedLog captured = new CapturedLog()) {
            for (int i = 0; i < 1_000; i++) {
                log.warn("too many {}", "clients");
            }
            assertEquals(SparingLog.IN_FULL, captured.complaints().lines().count(), captured::text);
            clock.advance(Duration.ofSeconds(1));
            log.warn("too many {}", "clients");
            captured.expectComplaint("too many clients (990 more like it since the last such line)");
            clock.advance(Duration.ofSeconds(1));
            log.warn("too many {}", "clients");
            assertTrue(captured.text().endsWith("too many clients" + System.lineSeparator()), captured::text);
        }
    }

    @Test
    void aFailureHasItsStackTraceAFewTimesAMinute() {
        try (CapturedLog captured = new CapturedLog()) {
            for (int second = 0; second < 60; second++) {
                for (int i = 0; i < 20; i++) {
                    log.error(failure("quotes what the client sent"), "{} failed", "event");
                }
                boolean full = second == 0;
                assertEquals(full, captured.text().contains("SparingLogTest.failure"), captured::text);
                assertEquals(full, captured.text().contains("quotes"), captured::text);
                assertEquals(
                        full ? SparingLog.IN_FULL : 1,
                        captured.complaints().lines().count(),
                        captured::text);
                captured.expectComplaint(full ? "event failed" : "event failed: java.lang.IllegalStateException (");
                clock.advance(Duration.ofSeconds(1));
            }
            log.error(failure("again"), "{} failed", "event");
            assertTrue(captured.text().contains("SparingLogTest.failure"), captured::text);
        }
    }

    @Test
    void anotherKindIsNotHiddenByTheFirst() {
        try (CapturedLog captured = new CapturedLog()) {
            for (int i = 0; i < 100; i++) {
                log.error(failure("a"), "{} failed", "event");
            }
            captured.expectComplaint("event failed");
            log.error(new IllegalStateException("another place"), "{} failed", "event");
            log.error(new IllegalArgumentException("another class"), "{} failed", "event");
            log.error(failure("another message"), "cannot do {}", "it");
            assertEquals(3, captured.complaints().lines().count(), captured::text);
        }
    }

    @Test
    void noMoreKindsAreRememberedThanALogCanHold() {
        try (CapturedLog captured = new CapturedLog()) {
            for (int i = 0; i < 10_000; i++) {
                log.warn("kind " + i);
            }
            assertEquals(
                    SparingLog.MOST + SparingLog.IN_FULL,
                    captured.complaints().lines().count());
        }
    }

    /** Else a server that has run for long would hide what is new. */
    @Test
    void kindsThatHaveNotOccurredForAMinuteMakeRoomForOthers() {
        try (CapturedLog captured = new CapturedLog()) {
            for (int i = 0; i < SparingLog.MOST + SparingLog.IN_FULL; i++) {
                log.warn("old kind " + i);
            }
            clock.advance(Duration.ofMinutes(1));
            for (int i = 0; i < SparingLog.IN_FULL; i++) {
                log.warn("further kind " + i);
            }
            captured.expectComplaint("further kind 0");
            log.warn("new kind");
            captured.expectComplaint("new kind");
        }
    }
}
