package io.gangway.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.Engine;
import io.gangway.Socket;
import io.gangway.clients.WireClient;
import io.gangway.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is limited in number or time, with time in the test's hands. */
class AdminLimitsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void failuresAreForgottenAfterAMinute() {
        LoginAttempts attempts = new LoginAttempts(now::get);
        for (int i = 0; i < LoginAttempts.FROM_ONE; i++) {
            assertTrue(attempts.mayTry("a"));
            attempts.failed("a");
        }
        assertFalse(attempts.mayTry("a"));
        assertTrue(attempts.mayTry("b"));
        pass(Duration.ofSeconds(59));
        assertFalse(attempts.mayTry("a"));
        pass(Duration.ofSeconds(1));
        assertTrue(attempts.mayTry("a"));
        attempts.failed("a");
        assertTrue(attempts.mayTry("a"));
    }

    @Test
    void manyAddressesTogetherAreLimitedToo() {
        LoginAttempts attempts = new LoginAttempts(now::get);
        for (int i = 0; i < LoginAttempts.FROM_ALL; i++) {
            assertTrue(attempts.mayTry("address " + i));
            attempts.failed("address " + i);
        }
        assertFalse(attempts.mayTry("another"));
        pass(Duration.ofMinutes(1));
        assertTrue(attempts.mayTry("another"));
    }

    @Test
    void sessionsEndAfterADay() {
        MemorySessions sessions = new MemorySessions(now::get);
        sessions.save("one");
        pass(MemorySessions.LASTING.minusNanos(1));
        assertTrue(sessions.exists("one"));
        assertFalse(sessions.exists("two"));
        pass(Duration.ofNanos(1));
        assertFalse(sessions.exists("one"));
    }

    @Test
    void theOldestOfTooManySessionsEnds() {
        MemorySessions sessions = new MemorySessions(now::get);
        for (int i = 0; i <= MemorySessions.MOST; i++) {
            sessions.save("session " + i);
        }
        assertFalse(sessions.exists("session 0"));
        assertTrue(sessions.exists("session 1"));
        assertTrue(sessions.exists("session " + MemorySessions.MOST));
    }

    @Test
    void someEventsOfEachSecondAreShown() {
        Samples samples = new Samples(now::get);
        for (int second = 0; second < 2; second++) {
            int taken = 0;
            for (int i = 0; i < 1000; i++) {
                taken += samples.take() ? 1 : 0;
            }
            assertEquals(Samples.A_SECOND, taken);
            pass(Duration.ofSeconds(1));
        }
    }

    @Test
    void reportsAreLostRatherThanKeptWithoutEnd() {
        List<Runnable> tasks = new ArrayList<>();
        List<String> told = new ArrayList<>();
        Reports reports = new Reports(tasks::add, (event, arguments) -> told.add(event));
        for (int i = 0; i < 5000; i++) {
            reports.add("event " + i);
        }
        assertEquals(1, tasks.size());
        tasks.remove(0).run();
        assertEquals(2000, told.size());
        assertEquals("event 1999", told.get(1999));
        assertTrue(reports.haveLost());
        assertFalse(reports.haveLost());
        reports.add("later");
        tasks.remove(0).run();
        assertEquals("later", told.get(2000));
    }

    @Test
    void aReportThatCannotBeToldDoesNotEndTheTelling() {
        List<Runnable> tasks = new ArrayList<>();
        List<String> told = new ArrayList<>();
        Reports reports = new Reports(tasks::add, (event, arguments) -> {
            if (event.equals("unwritable")) {
                throw new IllegalArgumentException("cannot write it as JSON");
            }
            told.add(event);
        });
        for (String event : List.of("before", "unwritable", "after")) {
            reports.add(event);
        }
        assertThrows(IllegalArgumentException.class, tasks.remove(0)::run);
        assertEquals(List.of("before"), told);
        tasks.remove(0).run();
        reports.add("later");
        tasks.remove(0).run();
        assertEquals(List.of("before", "after", "later"), told);
    }

    @Test
    void aSocketThatLeavesUnseenIsForgotten() {
        Watcher watcher = new Watcher("/admin", new Reports(task -> {}, (event, arguments) -> {}));
        try (Engine engine = Engine.builder().port(0).namespace("/").start();
                WireClient client = WireClient.join(engine.port())) {
            Socket socket = engine.namespace("/").sockets().iterator().next();
            socket.join("room");
            watcher.connected(socket);
            watcher.forgetGone();
            assertEquals(1, watcher.remembered());
            client.abort();
            Eventually.holds("it has left", () -> !socket.isConnected());
            watcher.forgetGone();
            assertEquals(0, watcher.remembered());
        }
    }

    @Test
    void anEngineThatStartsAgainTellsAgain() {
        List<Runnable> tasks = new ArrayList<>();
        List<String> told = new ArrayList<>();
        Reports reports = new Reports(tasks::add, (event, arguments) -> told.add(event));
        reports.add("lost with the thread of the engine that stops");
        tasks.clear();
        reports.forget();
        reports.add("later");
        tasks.remove(0).run();
        assertEquals(List.of("later"), told);
    }
}
