package io.gangway.jetty;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gangway.connection.Account;
import io.gangway.connection.InboundBudget;
import io.gangway.connection.NoLine;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.ManualClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UnfinishedMessageTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Duration LESS = Duration.ofMillis(900);

    private final ManualClock clock = new ManualClock();
    private final Deadlines deadlines = Deadlines.byHand(clock);
    private final Account account = new Account(InboundBudget.unlimited(), new NoLine());
    private final AtomicBoolean unread = new AtomicBoolean();
    private final AtomicInteger late = new AtomicInteger();

    private UnfinishedMessage begin() {
        return new UnfinishedMessage(deadlines, TIMEOUT, account, unread::get, late::incrementAndGet);
    }

    private void pass(Duration time) {
        clock.advance(time, deadlines);
    }

    @Test
    void aMessageThatDoesNotEndIsLateOnce() {
        begin();
        pass(LESS);
        assertEquals(0, late.get());
        pass(TIMEOUT.multipliedBy(3));
        assertEquals(1, late.get());
    }

    @Test
    void aMessageThatHasEndedIsNotLate() {
        begin().ended();
        pass(TIMEOUT.multipliedBy(3));
        assertEquals(0, late.get());
        assertEquals(0, deadlines.pending());
    }

    @Test
    void aPauseThatIsOverWhenTheTimeIsUpBeginsTheTimeAnew() {
        begin();
        account.pause();
        pass(LESS);
        account.resume();
        pass(LESS);
        assertEquals(0, late.get(), "the client has had less than the timeout");
        pass(TIMEOUT);
        assertEquals(1, late.get(), "one pause grants one timeout more");
    }

    @Test
    void thePausesOfEarlierMessagesGrantNothing() {
        account.pause();
        account.resume();
        begin();
        pass(TIMEOUT.plusMillis(50));
        assertEquals(1, late.get());
    }

    @Test
    void twoMessagesOfOneClientBothHaveThePause() {
        begin();
        begin();
        account.pause();
        pass(LESS);
        account.resume();
        pass(LESS);
        assertEquals(0, late.get());
    }

    @Test
    void asLongAsTheServerDoesNotReadNothingIsLate() {
        begin();
        unread.set(true);
        pass(TIMEOUT.multipliedBy(10));
        assertEquals(0, late.get());
        unread.set(false);
        pass(TIMEOUT.plusMillis(50));
        assertEquals(1, late.get());
    }
}
