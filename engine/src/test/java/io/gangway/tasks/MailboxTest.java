package io.gangway.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.connection.Frame;
import io.gangway.connection.InboundBudget;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When the answers of one turn leave, with threads, time and connection in the test's hands. */
class MailboxTest {
    private static final Duration SOON = Duration.ofMillis(50);

    private final ManualClock clock = new ManualClock();
    private final Deadlines deadlines = Deadlines.byHand(clock);
    private final FakeConnection connection = new FakeConnection(InboundBudget.unlimited());
    private final Mailbox mailbox = new Mailbox(
            new HandlerThreads(Runnable::run, 1, deadlines),
            deadlines,
            connection,
            new MailboxLimits(1_000, 1 << 20, 1_000, DecodePermits.unlimited()));

    private void answer() {
        connection.sendUnflushed(Frame.of("answer"));
        mailbox.flushesLater();
    }

    /** Runs these in one turn. */
    private void turn(Runnable... tasks) {
        mailbox.receive(
                () -> {
                    for (Runnable task : tasks) {
                        mailbox.receive(task, 0);
                    }
                },
                0);
    }

    @Test
    void answersOfQuickHandlersLeaveTogetherAndShareOneDeadline() {
        Runnable[] tasks = new Runnable[50];
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = () -> {
                answer();
                assertEquals(1, deadlines.pending());
                assertEquals(0, connection.flushes);
            };
        }
        turn(tasks);
        assertEquals(50, connection.flushed);
        assertEquals(1, connection.flushes);
        assertEquals(0, deadlines.pending());
    }

    @Test
    void eachAnswerLeavesSoonHoweverOftenHandlersTakeTheirTime() {
        Runnable[] tasks = new Runnable[10];
        for (int i = 0; i < tasks.length; i++) {
            int answers = i + 1;
            tasks[i] = () -> {
                answer();
                assertTrue(deadlines.pending() <= 1);
                clock.advance(SOON, deadlines);
                assertEquals(answers, connection.flushed, "flushed while the handler takes its time");
            };
        }
        turn(tasks);
        assertEquals(10, connection.flushed);
        assertEquals(0, deadlines.pending());
    }
}
