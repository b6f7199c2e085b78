package io.gangway.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.connection.Account;
import io.gangway.connection.CloseReason;
import io.gangway.connection.Connection;
import io.gangway.connection.Frame;
import io.gangway.connection.InboundBudget;
import io.gangway.connection.UpgradeRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When the answers of one turn leave, with threads, time and connection in the test's hands. */
class MailboxTest {
    private static final Duration SOON = Duration.ofMillis(50);

    private final ManualClock clock = new ManualClock();
    private final Deadlines deadlines = Deadlines.byHand(clock);
    private final FakeConnection connection = new FakeConnection();
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

    /** Counts frames until they are flushed. */
    private static final class FakeConnection implements Connection {
        private final Account account = new Account(InboundBudget.unlimited(), this);
        private int waiting;
        private int flushed;
        private int flushes;

        @Override
        public Account account() {
            return account;
        }

        @Override
        public void sendUnflushed(Frame frame) {
            waiting++;
        }

        @Override
        public void flush() {
            flushes++;
            flushed += waiting;
            waiting = 0;
        }

        @Override
        public UpgradeRequest request() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String transport() {
            return "fake";
        }

        @Override
        public void send(Frame frame) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sendNow(Frame frame) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void pause() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void resume() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long bufferedBytes() {
            return 0;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void close(CloseReason reason, String detail) {
            throw new UnsupportedOperationException();
        }
    }
}
