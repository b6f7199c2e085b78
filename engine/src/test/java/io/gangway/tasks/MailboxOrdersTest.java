package io.gangway.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gangway.connection.InboundBudget;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What a client's reading thread, the threads of handlers and the timer do to a mailbox, in every order of few steps and
 * one at a time, also while a handler runs: each message is handled once and in order, the client is read again, and
 * nothing is left.
 *
 * <p>All orders of up to five steps, and random ones of twenty. With {@code -Dgangway.long=true}: of six steps, and more
 * random ones, {@code -Dgangway.seed=..} for others.
 */
class MailboxOrdersTest {
    private static final boolean LONG = Boolean.getBoolean("gangway.long");
    private static final int DEPTH = LONG ? 6 : 5;
    private static final int WALKS = LONG ? 300_000 : 10_000;
    private static final int WALK = 20;
    private static final long SEED = Long.getLong("gangway.seed", 20261127L);

    private static final int EVENTS = 3;
    private static final int BYTES = 5_000;
    private static final int LARGE = 100_000;

    enum Step {
        /** A message arrives. */
        RECEIVE,
        /** A message arrives that is decoded only with a permit. */
        RECEIVE_LARGE,
        /** A message arrives whose answer comes later. */
        RECEIVE_LATE,
        /** A message arrives whose handling fails. */
        RECEIVE_BAD,
        /** A thread takes the turn; the steps that follow come while its first handler runs, until one is RETURN. */
        TURN,
        RETURN,
        /** From now on handled messages are set aside, as for an undecided connect. */
        HOLD,
        /** The decision comes: what was set aside is handled first. */
        DECIDE,
        /** The first answer that is due comes. */
        ANSWER,
        /** All permits are taken by others, or come back. */
        PERMITS,
        /** What waits is dropped, as in a drain. */
        DROP
    }

    /** One mailbox. */
    private static final class Run {
        private final Deadlines deadlines = Deadlines.byHand(new ManualClock());
        private final InboundBudget budget =
                new InboundBudget(1 << 30, 1 << 20, 1 << 20, (delay, task) -> {}, Runnable::run);
        private final FakeConnection connection = new FakeConnection(budget);
        private final Queue<Runnable> turns = new ArrayDeque<>();
        private final DecodePermits permits = new DecodePermits(LARGE);
        private final Mailbox mailbox = new Mailbox(
                new HandlerThreads(turns::add, 1, deadlines),
                deadlines,
                connection,
                new MailboxLimits(EVENTS, 1 << 20, 2, permits));
        private final Iterator<Step> steps;

        private int received;
        /** The numbers of the messages that were received, and neither handled nor dropped. */
        private final List<Integer> waiting = new ArrayList<>();

        private final List<Integer> handled = new ArrayList<>();
        private final Queue<Integer> due = new ArrayDeque<>();
        private Deque<Mailbox.Held> aside = new ArrayDeque<>();
        private final List<Integer> asideNumbers = new ArrayList<>();
        private boolean holding;
        /** Tasks of the engine, which nobody may drop. */
        private int posted;

        private int ran;
        private boolean taken;
        /** Others have asked for permits, and wait. */
        private boolean asked;

        private @Nullable AssertionError failure;
        private boolean inHandler;
        private boolean settling;

        Run(Iterator<Step> steps) {
            this.steps = steps;
        }

        void play() {
            while (steps.hasNext()) {
                take(steps.next());
            }
            settle();
        }

        private void take(Step step) {
            switch (step) {
                case RECEIVE -> receive(this::handle);
                case RECEIVE_LARGE ->
                    receive(number -> {
                        if (mailbox.mayDecode(LARGE, () -> handle(number))) {
                            throw new AssertionError("it has no permit yet");
                        }
                    });
                case RECEIVE_LATE ->
                    receive(number -> {
                        if (!holding) {
                            due.add(mailbox.answersLater());
                        }
                        handle(number);
                    });
                case RECEIVE_BAD ->
                    receive(number -> {
                        handle(number);
                        throw new Bad();
                    });
                case TURN -> {
                    if (!inHandler && !turns.isEmpty()) {
                        turns.remove().run();
                    }
                }
                case RETURN -> {}
                case HOLD -> holding = true;
                case DECIDE -> decide();
                case ANSWER -> {
                    if (!due.isEmpty()) {
                        mailbox.answered(due.remove());
                    }
                }
                case PERMITS -> {
                    if (taken) {
                        taken = false;
                        permits.release(LARGE);
                    } else if (!asked) {
                        taken = permits.acquire(LARGE, () -> {
                            asked = false;
                            taken = true;
                        });
                        asked = !taken;
                    }
                }
                case DROP -> {
                    mailbox.dropReceived();
                    waiting.clear();
                }
            }
            assertFalse(connection.closed);
            assertTrue(turns.size() <= 1, "one turn at a time");
            assertFalse(inHandler && !turns.isEmpty(), "no turn while a handler runs");
        }

        private void receive(java.util.function.IntConsumer handling) {
            int number = received++;
            waiting.add(number);
            mailbox.receive(() -> handling.accept(number), BYTES);
        }

        /** The end of what a message needs: its handler runs, and other steps come meanwhile. */
        private void handle(int number) {
            if (holding) {
                Mailbox.Held held = mailbox.hold(() -> handle(number));
                if (held == null) { // too many: the client would be disconnected
                    waiting.remove((Integer) number);
                    return;
                }
                aside.add(held);
                asideNumbers.add(number);
                if (aside.size() > EVENTS) {
                    failure = new AssertionError("more are set aside than may wait");
                }
                waiting.remove((Integer) number);
                return;
            }
            assertTrue(mailbox.isCurrent());
            assertTrue(mailbox.isBusy(Set.of()) || inHandler || mailbox.isCurrent());
            waiting.remove((Integer) number);
            handled.add(number);
            inHandler = true;
            for (boolean on = !settling; on && steps.hasNext(); ) {
                Step step = steps.next();
                on = step != Step.RETURN;
                try {
                    take(step);
                } catch (AssertionError inside) { // which the mailbox would contain
                    failure = failure == null ? inside : failure;
                }
            }
            inHandler = false;
        }

        private void decide() {
            if (holding) {
                posted++;
                mailbox.post(() -> {
                    ran++;
                    holding = false;
                    mailbox.receiveFirst(aside);
                    waiting.addAll(0, asideNumbers);
                    asideNumbers.clear();
                    aside = new ArrayDeque<>();
                });
            }
        }

        /** Everything comes to its end. */
        private void settle() {
            settling = true;
            run();
            decide();
            run();
            while (!due.isEmpty()) {
                take(Step.ANSWER);
            }
            run();
            if (failure != null) {
                throw failure;
            }
            assertEquals(posted, ran);
            assertEquals(List.of(), waiting, "each is handled");
            assertEquals(handled.stream().sorted().distinct().toList(), handled, "once, and in order");
            assertEquals(0, budget.held());
            assertFalse(connection.paused, "the client is read");
            assertTrue(mailbox.isEmpty());
            assertFalse(mailbox.isBusy(Set.of()));
        }

        private void run() {
            while (taken || !turns.isEmpty()) {
                if (taken) {
                    take(Step.PERMITS);
                } else {
                    turns.remove().run();
                }
            }
        }
    }

    private static final class Bad extends RuntimeException {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        Bad() {
            super("on purpose", null, false, false);
        }
    }

    private static void play(Iterator<Step> steps, Object name) {
        try {
            new Run(steps).play();
        } catch (Throwable failure) {
            throw new AssertionError(String.valueOf(name), failure);
        }
    }

    @Test
    void everyOrderOfFewStepsIsSound() {
        extend(new Step[DEPTH], 0);
    }

    private static void extend(Step[] steps, int length) {
        if (length == steps.length) {
            List<Step> order = Arrays.asList(steps);
            play(order.iterator(), order);
            return;
        }
        for (Step step : Step.values()) {
            steps[length] = step;
            extend(steps, length + 1);
        }
    }

    @Test
    void longRandomOrdersAreSound() {
        for (int i = 0; i < WALKS; i++) {
            long seed = SEED + i;
            play(
                    new Random(seed)
                            .ints(WALK, 0, Step.values().length)
                            .mapToObj(each -> Step.values()[each])
                            .iterator(),
                    "-Dgangway.seed=" + seed);
        }
    }
}
