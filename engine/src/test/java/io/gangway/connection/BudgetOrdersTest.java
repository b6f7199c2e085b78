package io.gangway.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What four clients, their handlers and the timer do to a budget with room for two turns, in every order of few steps and
 * one at a time: also while the client is being paused, resumed or closed. What is held is counted exactly, nobody is
 * read who must not be, and once the handlers are done everybody is.
 *
 * <p>All orders of three steps, and random ones of two hundred. With {@code -Dgangway.long=true}: of four steps, and
 * more random ones, {@code -Dgangway.seed=..} for others.
 */
class BudgetOrdersTest {
    private static final boolean LONG = Boolean.getBoolean("gangway.long");
    private static final int DEPTH = LONG ? 4 : 3;
    private static final int WALKS = LONG ? 100_000 : 1_000;
    private static final int WALK = 200;
    private static final long SEED = Long.getLong("gangway.seed", 20261127L);

    private static final int KB = 1 << 10;
    private static final int MB = 1 << 20;
    private static final int BYTES = 5 * MB;
    private static final int MESSAGE = 1000 * KB;
    /** What arrives at once. */
    private static final int CHUNK = 60 * KB;

    private static final int CLIENTS = 4;

    enum Step {
        /** As much of a message arrives as the client may hold without a turn. */
        LITTLE,
        /** A message arrives, unless the client is paused in its middle. */
        MESSAGE,
        /** A half of it, and no more for the time being. */
        HALF,
        /** What had been received before the pause. */
        REST,
        /** The handlers are done with what is complete. */
        HANDLE,
        /** Too much waits for the client's handlers, or that is over. */
        FULL,
        NO_LONGER_FULL,
        CLOSE,
        /** A client is resumed on a thread of its own. */
        APART,
        /** A tick of the budget's clock. */
        TICK,
        /** A second. */
        TICKS
    }

    private static final Set<Step> OF_ALL = EnumSet.of(Step.APART, Step.TICK, Step.TICKS);

    /** One budget. */
    private static final class Run {
        private final Queue<Runnable> timer = new ArrayDeque<>();
        private final Queue<Runnable> apart = new ArrayDeque<>();
        private final InboundBudget budget =
                new InboundBudget(BYTES, MB, 64 * KB, (delay, task) -> timer.add(task), apart::add);
        private final List<Client> clients = new ArrayList<>();
        private int ticks;

        Run() {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Client());
            }
        }

        private final class Client implements Account.Line, Account.Holder {
            private final Account account = new Account(budget, this);
            private boolean paused;
            private boolean full;
            private boolean closed;
            private boolean cut;
            private long complete;
            private long incomplete;
            private int counted;
            private int countedIncomplete;
            /** Whether it goes on sending in the middle of being resumed, as a line does that has received something. */
            private boolean eager;

            Client() {
                account.heldBy(this);
                account.admit();
            }

            private void count() {
                int more = Account.steps(incomplete) - countedIncomplete;
                countedIncomplete += more;
                account.changeArriving(more);
                more = Account.steps(complete) - counted;
                counted += more;
                account.change(more);
            }

            private void receive(long bytes) {
                if (!closed) {
                    incomplete += bytes;
                    count();
                }
                if (incomplete >= MESSAGE) {
                    complete += incomplete;
                    incomplete = 0;
                    count();
                }
            }

            private void receive(long bytes, boolean evenIfPaused) {
                for (long rest = bytes; rest > 0 && !closed && (evenIfPaused || !paused); rest -= CHUNK) {
                    receive(Math.min(rest, CHUNK));
                }
            }

            private void handle() {
                complete = 0;
                count();
            }

            void take(Step step) {
                switch (step) {
                    case LITTLE -> receive(20 * KB, false);
                    case MESSAGE -> receive(MESSAGE - incomplete, false);
                    case HALF -> {
                        eager = true;
                        receive(MESSAGE / 2, false);
                    }
                    case REST -> receive(CHUNK, true);
                    case HANDLE -> handle();
                    case FULL -> {
                        full = true;
                        account.pause();
                    }
                    case NO_LONGER_FULL -> {
                        full = false;
                        account.resume();
                    }
                    case CLOSE -> end();
                    default -> throw new IllegalArgumentException(step.toString());
                }
            }

            private void end() {
                if (!closed) {
                    closed = true;
                    account.close();
                    incomplete = 0;
                    count();
                }
            }

            @Override
            public void dropReceived() {
                handle();
            }

            @Override
            public void pause() {
                assertFalse(paused, "paused twice");
                paused = true;
            }

            @Override
            public void resume() {
                assertTrue(paused, "resumed twice");
                paused = false;
                if (eager) {
                    eager = false;
                    receive(CHUNK, false);
                }
            }

            @Override
            public void close(CloseReason reason, String detail) {
                assertEquals(CloseReason.OVER_BUDGET, reason);
                cut = true;
                end();
            }

            private void expectSound() {
                assertEquals(
                        (long) Account.STEP * (counted + countedIncomplete),
                        account.heldBytes(),
                        "what the account holds");
                if (apart.isEmpty() && !closed) {
                    assertEquals(full || account.isWaiting(), paused, "whether it is paused: " + account);
                }
                assertFalse(closed && account.isWaiting(), "a closed one waits");
            }
        }

        void take(Step step, int client) {
            switch (step) {
                case APART -> {
                    if (!apart.isEmpty()) {
                        apart.remove().run();
                    }
                }
                case TICK -> tick(1);
                case TICKS -> tick(10);
                default -> clients.get(client).take(step);
            }
            clients.forEach(Client::expectSound);
            assertEquals(
                    clients.stream().mapToLong(each -> each.account.heldBytes()).sum(), budget.held(), "what all hold");
            // Turns are promised only as far as there is room. What is more had been received before a pause.
            assertTrue(ticks > 0 || clients.stream().noneMatch(each -> each.cut), "cut without a tick");
        }

        private void tick(int times) {
            for (int i = 0; i < times && !timer.isEmpty(); i++) {
                ticks++;
                timer.remove().run();
                assertTrue(timer.size() <= 1, "one timer");
            }
        }

        /** The handlers are done with everything, and each client completes its message. */
        void settle() {
            for (int round = 0; round < 20; round++) {
                for (Client client : clients) {
                    client.full = false;
                    client.account.resume();
                    client.receive(client.incomplete > 0 ? MESSAGE - client.incomplete : 0, false);
                    client.handle();
                    take(Step.APART, 0);
                }
                take(Step.TICK, 0);
            }
            while (!apart.isEmpty()) {
                apart.remove().run();
            }
            tick(3);
            for (Client client : clients) {
                assertEquals(0, client.incomplete, "the rest of a message");
                assertFalse(client.paused && !client.closed, "it is read again");
                assertFalse(client.account.isWaiting(), "it waits");
                assertEquals(0, client.account.heldBytes());
            }
            assertEquals(0, budget.held());
            assertTrue(timer.isEmpty(), "the clock stands still");
        }
    }

    private record Move(Step step, int client) {}

    private static final List<Move> MOVES = moves();

    private static List<Move> moves() {
        List<Move> moves = new ArrayList<>();
        for (Step step : Step.values()) {
            for (int client = 0; client < (OF_ALL.contains(step) ? 1 : CLIENTS); client++) {
                moves.add(new Move(step, client));
            }
        }
        return moves;
    }

    private static void play(List<Move> moves, Object name) {
        try {
            Run run = new Run();
            moves.forEach(move -> run.take(move.step, move.client));
            run.settle();
        } catch (Throwable failure) {
            throw new AssertionError(String.valueOf(name), failure);
        }
    }

    /** While two others have turns and hold what they may, so that room is short. */
    @Test
    void everyOrderOfFewStepsIsSound() {
        List<Move> before = List.of(new Move(Step.HALF, 2), new Move(Step.HALF, 3));
        Move[] moves = new Move[DEPTH];
        extend(before, moves, 0);
    }

    private static void extend(List<Move> before, Move[] moves, int length) {
        if (length == moves.length) {
            List<Move> all = new ArrayList<>(before);
            all.addAll(Arrays.asList(moves));
            play(all, all);
            return;
        }
        for (Move move : MOVES) {
            if (move.client < 2) { // the third and fourth would do the same
                moves[length] = move;
                extend(before, moves, length + 1);
            }
        }
    }

    @Test
    void longRandomOrdersAreSound() {
        for (int i = 0; i < WALKS; i++) {
            long seed = SEED + i;
            SplittableRandom random = new SplittableRandom(seed);
            List<Move> walk =
                    random.ints(WALK, 0, MOVES.size()).mapToObj(MOVES::get).toList();
            play(walk, "-Dgangway.seed=" + seed);
        }
    }
}
