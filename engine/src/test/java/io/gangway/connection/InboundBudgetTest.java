package io.gangway.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Who is read and who has to go, with the timer in the test's hands. Messages have at most 1 MB, the budget eleven. */
class InboundBudgetTest {
    private static final int MB = 1 << 20;
    private static final int BYTES = 11 * MB;
    private static final int KB = 1 << 10;
    private static final int UNADMITTED = 64 * KB;

    private final Queue<Runnable> timer = new ArrayDeque<>();
    private final InboundBudget budget =
            new InboundBudget(BYTES, MB, UNADMITTED, (delay, task) -> timer.add(task), Runnable::run);

    private final class Client implements Account.Line, Account.Holder {
        private final Account account = new Account(budget, this);
        private boolean paused;
        private int pauses;
        private CloseReason closed;
        /** What is complete stays, because its handler runs. */
        private boolean lingers;

        private long complete;
        private long parts;
        private long incomplete;

        private int countedComplete;
        private int countedParts;
        private int countedIncomplete;

        Client() {
            account.heldBy(this);
        }

        Client sends(long bytes) {
            incomplete += bytes;
            count();
            return this;
        }

        void completes() {
            complete += incomplete;
            incomplete = 0;
            count();
        }

        void completesPart() {
            parts += incomplete;
            incomplete = 0;
            count();
        }

        void completesPacket() {
            complete += parts;
            parts = 0;
            count();
        }

        void isHandled() {
            complete = 0;
            count();
        }

        private void count() {
            int more = Account.steps(complete) - countedComplete;
            int moreIncomplete = Account.steps(incomplete) - countedIncomplete;
            countedComplete += more;
            countedIncomplete += moreIncomplete;
            int moreParts = Account.steps(parts) - countedParts;
            countedParts += moreParts;
            account.changeArriving(moreIncomplete);
            account.changeParts(moreParts);
            account.change(more);
        }

        @Override
        public void dropReceived() {
            if (!lingers) {
                isHandled();
            }
        }

        @Override
        public void pause() {
            paused = true;
            pauses++;
        }

        @Override
        public void resume() {
            paused = false;
        }

        @Override
        public void close(CloseReason reason, String detail) {
            if (closed == null) {
                closed = reason;
                account.close();
                incomplete = 0;
                parts = 0;
                count(); // what is complete stays until its holder is asked
            }
        }
    }

    private Client admitted() {
        Client client = new Client();
        client.account.admit();
        return client;
    }

    private List<Client> admitted(int count, long bytes) {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(admitted().sends(bytes));
        }
        return clients;
    }

    private void tick(int times) {
        for (int i = 0; i < times && !timer.isEmpty(); i++) {
            timer.remove().run();
        }
    }

    private static long count(List<Client> clients, java.util.function.Predicate<Client> what) {
        return clients.stream().filter(what).count();
    }

    @Test
    void readsEveryClientWhileThereIsRoom() {
        List<Client> clients = admitted(3, MB);
        assertEquals(0, count(clients, client -> client.paused));
        assertEquals(3 * MB, budget.held());
        assertTrue(timer.isEmpty());
    }

    @Test
    void readsAClientThatHoldsLittleHoweverFullTheBudget() {
        admitted(20, MB);
        Client chatting = admitted().sends(20 * KB);
        tick(200);
        assertEquals(0, chatting.pauses);
        assertEquals(null, chatting.closed);
    }

    @Test
    void givesTurnsInTheOrderInWhichTheyAreNeeded() {
        List<Client> first = admitted(5, 40 * KB);
        Client second = admitted().sends(40 * KB);
        Client third = admitted().sends(40 * KB);
        assertTrue(second.paused && third.paused);

        first.get(0).completes();
        first.get(0).isHandled();
        assertFalse(second.paused);
        assertTrue(third.paused);

        first.get(1).completes();
        first.get(1).isHandled();
        assertFalse(third.paused);
    }

    @Test
    void givesTheRoomOfThoseWhoStopToOthersAndCutsNobody() {
        List<Client> stalled = admitted(5, 500 * KB);
        Client honest = admitted().sends(40 * KB);
        tick(9);
        assertTrue(honest.paused);
        tick(2);
        assertFalse(honest.paused);
        tick(100);
        assertEquals(0, count(stalled, client -> client.closed != null));
    }

    @Test
    void letsThoseWhoStoppedGoOnBeforeOthers() {
        List<Client> stalled = admitted(5, 500 * KB);
        List<Client> others = admitted(5, 40 * KB);
        tick(11);
        Client last = others.get(4);
        assertTrue(last.paused);
        assertEquals(1, count(others, client -> client.paused));
        Client resumed = stalled.get(0).sends(40 * KB);
        assertTrue(resumed.paused);
        others.get(0).completes();
        others.get(0).isHandled();
        assertFalse(resumed.paused);
        assertTrue(last.paused);
        assertEquals(null, resumed.closed);
    }

    @Test
    void cutsThoseWhoStopInTheMiddleOfAMessageWhileRoomIsMissing() {
        List<Client> stalled = admitted(5, 40 * KB);
        stalled.forEach(client -> client.sends(1860 * KB));
        Client honest = admitted().sends(40 * KB);
        assertTrue(honest.paused);

        tick(19);
        assertEquals(0, count(stalled, client -> client.closed != null));
        tick(3);
        assertTrue(count(stalled, client -> client.closed == CloseReason.OVER_BUDGET) > 0);
        assertFalse(honest.paused);
        assertEquals(null, honest.closed);
    }

    @Test
    void whoeverWaitsDoesNotBecomeHeavierMeanwhile() {
        Client honest = admitted().sends(20 * KB);
        List<Client> slow = admitted(5, 40 * KB);
        honest.sends(20 * KB);
        assertTrue(honest.paused);
        slow.forEach(client -> client.sends(900 * KB).completes());
        tick(90);
        List<Client> later = admitted(5, 20 * KB);
        later.forEach(client -> client.sends(1900 * KB)); // does not stop when it is to
        tick(2);
        assertTrue(count(later, client -> client.closed != null) > 0);
        assertEquals(null, honest.closed);
    }

    @Test
    void cutsNobodyWhileNobodyWaits() {
        List<Client> stalled = admitted(3, MB);
        tick(500);
        assertEquals(0, count(stalled, client -> client.closed != null));
        assertTrue(timer.isEmpty());
    }

    @Test
    void leavesTimeToHandlersThatTakeLong() {
        List<Client> slow = new ArrayList<>();
        int ticks = 0;
        for (int i = 0; i < 10; i++) {
            Client client = admitted().sends(40 * KB);
            for (; client.paused && ticks < 40; ticks++) {
                tick(1);
            }
            client.sends(945 * KB).completes();
            slow.add(client);
        }
        Client honest = admitted().sends(40 * KB);
        assertTrue(honest.paused);
        tick(45 - ticks);
        assertEquals(0, count(slow, client -> client.closed != null));
        tick(10);
        assertTrue(count(slow, client -> client.closed == CloseReason.OVER_BUDGET) > 0);
        assertFalse(honest.paused);
        assertEquals(null, honest.closed);
    }

    @Test
    void endsAnAttackOfManyBeforeItDelaysAnHonestClientForLong() {
        List<Client> attackers = admitted(150, 40 * KB);
        Client honest = admitted().sends(40 * KB);
        int ticks = 0;
        for (; honest.paused && ticks < 10_000; ticks++) {
            // Each takes what it gets and then stops.
            attackers.stream()
                    .filter(client -> !client.paused && client.closed == null && client.incomplete < 900 * KB)
                    .forEach(client -> client.sends(900 * KB));
            tick(1);
        }
        assertEquals(null, honest.closed);
        assertTrue(ticks < 1200, ticks + " ticks");
        honest.sends(860 * KB);
        honest.completes();
        honest.isHandled();
        assertEquals(null, honest.closed);
    }

    @Test
    void cutsTheHeaviestWhenMoreIsHeldThanAllowed() {
        List<Client> crowd = admitted(450, 28 * KB); // each holds little, together they hold too much
        Client honest = admitted().sends(8 * KB);
        tick(3);
        assertTrue(budget.held() <= BYTES, budget + "");
        assertTrue(count(crowd, client -> client.closed == CloseReason.OVER_BUDGET) > 0);
        assertEquals(null, honest.closed);
    }

    @Test
    void dropsWhatADepartedClientLeftBehindIfOthersNeedIt() {
        List<Client> departed = admitted(9, MB);
        departed.forEach(client -> {
            client.completes();
            client.account.close();
        });
        Client honest = admitted().sends(40 * KB);
        assertTrue(honest.paused);
        tick(150);
        assertEquals(null, honest.closed);
        assertFalse(honest.paused);
        assertTrue(count(departed, client -> client.complete == 0) > 0);
    }

    @Test
    void endsAClientThatHoldsMoreThanOneMayThatIsNotAdmitted() {
        Client client = new Client();
        client.sends(UNADMITTED);
        assertEquals(null, client.closed);
        client.sends(8 * KB);
        assertEquals(CloseReason.OVER_LIMIT, client.closed);
        assertEquals(0, budget.held());
    }

    @Test
    void yieldsAfterSomeMessagesIfOthersWait() {
        Client greedy = admitted().sends(100 * KB);
        admitted(4, 100 * KB);
        Client waiting = admitted().sends(40 * KB);
        assertTrue(waiting.paused);
        int messages = 0;
        for (; !greedy.paused; messages++) {
            for (int i = 0; i < 8; i++) {
                greedy.sends(100 * KB);
                assertFalse(greedy.paused, "in the middle of a message");
            }
            greedy.completes();
            greedy.sends(100 * KB); // of the next, before this one has been handled
            greedy.isHandled();
            assertTrue(messages < 6, messages + " messages");
        }
        assertTrue(messages >= 4, messages + " messages");
        assertEquals(null, waiting.closed);
    }

    @Test
    void theTurnOfAClientThatLeavesGoesToTheNextAtOnce() {
        List<Client> first = admitted(5, 40 * KB);
        Client second = admitted().sends(40 * KB);
        assertTrue(second.paused);
        first.get(0).account.close();
        assertFalse(second.paused);
    }

    // ---- turns

    @Test
    void theTurnOfAClientThatHoldsMuchHasRoomForTwoMessagesToo() {
        Client much = admitted().sends(2 * MB + 100 * KB);
        List<Client> others = admitted(3, 40 * KB);
        assertEquals(0, count(others, client -> client.paused));
        Client last = admitted().sends(40 * KB);
        assertTrue(last.paused, "the room is promised to the first");
        for (int i = 0; i < 19; i++) {
            much.sends(100 * KB);
        }
        assertEquals(0, much.pauses);
    }

    @Test
    void everyOtherTurnGoesToTheLatestIfManyWait() {
        List<Client> first = admitted(5, 40 * KB);
        List<Client> crowd = admitted(8, 40 * KB);
        List<Integer> order = new ArrayList<>();
        for (Client client : first) {
            client.completes();
            client.isHandled();
            for (int i = 0; i < crowd.size(); i++) {
                if (!crowd.get(i).paused && !order.contains(i)) {
                    order.add(i);
                }
            }
        }
        assertEquals(List.of(0, 7, 1, 2, 3), order, "while more wait than can have turns");
    }

    @Test
    void theLatestComesFirstOnlyIfItHoldsLittle() {
        Client heavy = admitted().sends(600 * KB);
        List<Client> others = admitted(4, 40 * KB);
        List<Client> crowd = admitted(10, 40 * KB);
        heavy.sends(1500 * KB); // more than its turn allows
        assertTrue(heavy.paused);
        others.get(0).completes();
        others.get(0).isHandled();
        assertFalse(crowd.get(0).paused);
        others.get(1).completes();
        others.get(1).isHandled();
        assertFalse(crowd.get(9).paused);
        assertTrue(heavy.paused);
    }

    @Test
    void aClientThatIsNotAdmittedTakesNoTurn() {
        List<Client> strangers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            strangers.add(new Client().sends(40 * KB));
        }
        List<Client> clients = admitted(5, 40 * KB);
        assertEquals(0, count(strangers, client -> client.paused));
        assertEquals(0, count(clients, client -> client.paused));
    }

    @Test
    void whatIsCountedAgainForItsHandlerMakesNoRoom() {
        List<Client> first = admitted(5, 40 * KB);
        Client waiting = admitted().sends(40 * KB);
        first.get(0).account.changeArriving(-10);
        assertTrue(waiting.paused);
        first.get(0).account.change(10);
        assertTrue(waiting.paused);
        first.get(0).account.change(-10);
        assertFalse(waiting.paused);
    }

    @Test
    void whoeverHasTooMuchForItsHandlersIsNotRead() {
        List<Client> first = admitted(5, 40 * KB);
        Client client = admitted().sends(20 * KB);
        client.account.pause();
        assertTrue(client.paused);
        client.sends(20 * KB);
        client.account.resume();
        assertTrue(client.paused, "it waits for its turn");
        client.account.pause();
        first.get(0).account.close();
        assertTrue(client.paused, "it has its turn, and too much for its handlers");
        client.account.close();
        client.account.regulate();
        assertFalse(client.paused, "a closed connection is not held up");
    }

    /** Another thread closes the connection between two steps of the one that reads. */
    @Test
    void whoeverLeavesJustWhenItNeedsATurnWaitsForNone() throws Exception {
        List<Client> first = admitted(5, 40 * KB);
        Client leaving = admitted();
        Thread reading = new Thread(() -> leaving.sends(40 * KB));
        synchronized (budget) {
            reading.start();
            while (reading.getState() != Thread.State.BLOCKED) {
                assertTrue(reading.isAlive(), "it needs a turn");
                Thread.onSpinWait();
            }
            leaving.account.close();
        }
        reading.join();
        assertFalse(leaving.account.isWaiting());
        Client next = admitted().sends(40 * KB);
        first.get(0).account.close();
        assertFalse(next.paused);
    }

    // ---- who goes

    /** They go on, so fast that a message takes less than ten seconds. */
    private void goOn(List<Client> clients, int ticks) {
        for (int i = 0; i < ticks; i++) {
            clients.forEach(client -> client.sends(12 * KB));
            tick(1);
        }
    }

    @Test
    void theSlowestGoesIfNobodyHasBeenGivenATurnForFiveSeconds() {
        List<Client> clients = admitted(4, 100 * KB);
        Client fast = admitted().sends(400 * KB);
        clients.add(fast);
        Client slowest = clients.get(2);
        Client honest = admitted().sends(40 * KB);
        for (int i = 0; i < 48; i++) {
            clients.forEach(client -> client.sends(client == slowest ? 12 * KB : 16 * KB));
            tick(1);
        }
        assertEquals(0, count(clients, client -> client.closed != null));
        assertTrue(honest.paused);
        goOn(clients, 4);
        assertEquals(CloseReason.OVER_BUDGET, slowest.closed);
        assertEquals(1, count(clients, client -> client.closed != null));
        assertFalse(honest.paused);
    }

    @Test
    void theFiveSecondsBeginWhenSomebodyWaits() {
        List<Client> clients = admitted(5, 100 * KB);
        Client impatient = admitted().sends(40 * KB);
        goOn(clients, 40);
        impatient.account.close();
        admitted().sends(40 * KB);
        goOn(clients, 40);
        assertEquals(0, count(clients, client -> client.closed != null));
    }

    @Test
    void othersHaveTheRoomThatSlowClientsDoNotUse() {
        List<Client> trickling = admitted(5, 100 * KB);
        Client honest = admitted().sends(40 * KB);
        for (int i = 0; i < 60; i++) {
            if (i % 8 == 0) {
                trickling.forEach(client -> client.sends(4 * KB));
            }
            tick(1);
            assertEquals(i < 9, honest.paused, i + " ticks");
        }
        assertEquals(0, count(trickling, client -> client.closed != null));
    }

    /** From 512 KB on an array has room for the rest of a message. */
    @Test
    void whoeverSendsWithoutNeedingMoreMemoryHasNotStopped() {
        List<Client> clients = admitted(5, 40 * KB);
        clients.forEach(client -> client.sends(1860 * KB));
        Client honest = admitted().sends(40 * KB);
        for (int i = 0; i < 40; i++) {
            if (i % 9 == 0) {
                clients.forEach(client -> client.account.getsOn());
            }
            tick(1);
        }
        assertEquals(0, count(clients, client -> client.closed != null));
        assertTrue(honest.paused);
    }

    /** They send a byte now and then, for which their arrays have room. */
    private void trickle(List<Client> clients, int ticks) {
        for (int i = 0; i < ticks; i++) {
            clients.forEach(client -> client.account.getsOn());
            tick(1);
        }
    }

    /** So that the five seconds in which nobody has been given a turn begin later. */
    private Client waitsAfterOneThatLeaves(Runnable fortyTicks) {
        Client impatient = admitted().sends(40 * KB);
        fortyTicks.run();
        impatient.account.close();
        Client honest = admitted().sends(40 * KB);
        assertTrue(honest.paused);
        return honest;
    }

    @Test
    void whoeverIsSlowGoesAfterFiveSecondsIfNobodyUsesATurn() {
        List<Client> slow = admitted(5, 40 * KB);
        slow.forEach(client -> client.sends(1860 * KB));
        Client honest = waitsAfterOneThatLeaves(() -> {
            tick(11); // they stop for a second, and no longer have their turns for themselves
            trickle(slow, 29);
        });
        trickle(slow, 9);
        assertEquals(0, count(slow, client -> client.closed != null));
        trickle(slow, 3);
        assertTrue(count(slow, client -> client.closed == CloseReason.OVER_BUDGET) > 0);
        assertFalse(honest.paused);
    }

    @Test
    void whatDepartedClientsLeftBehindGoesAlthoughTurnsHaveBeenGiven() {
        List<Client> departed = admitted(5, 40 * KB);
        for (Client client : departed) {
            client.sends(1900 * KB).completes();
            client.account.close();
        }
        Client honest = waitsAfterOneThatLeaves(() -> tick(40));
        tick(12);
        assertTrue(count(departed, client -> client.complete == 0) > 0);
        assertFalse(honest.paused);
    }

    @Test
    void whoeverHasSentWholeMessagesIsNotSlow() {
        List<Client> clients = admitted(5, 40 * KB);
        clients.forEach(client -> client.sends(60 * KB).completes());
        Client honest = admitted().sends(40 * KB);
        for (int i = 0; i < 40; i++) {
            for (Client client : clients) {
                client.account.change(1); // a small message, and its handler is done with it
                client.account.change(-1);
            }
            tick(1);
        }
        assertTrue(honest.paused, "they may need the rest of their turns");
    }

    @Test
    void weightIsWhatAClientHoldsTimesHowLongItHasNotGotOn() {
        List<Client> clients = admitted(5, 100 * KB);
        admitted().sends(40 * KB);
        Client idle = admitted().sends(12 * KB);
        List<Client> busy = admitted(3, 20 * KB);
        for (int i = 0; i < 40; i++) {
            for (Client client : busy) {
                client.account.change(1); // a small message, and its handler is done with it
                client.account.change(-1);
            }
            goOn(clients, 1);
        }
        Client late = admitted().sends(8 * KB);
        List<Client> crowd = admitted(750, 12 * KB); // too many
        tick(1);
        assertTrue(budget.held() <= BYTES, budget + "");
        assertEquals(CloseReason.OVER_BUDGET, idle.closed);
        assertEquals(null, late.closed);
        assertTrue(count(crowd, client -> client.closed == null) > 0);
        assertEquals(0, count(clients, client -> client.closed != null), "they use their turns");
    }

    @Test
    void whoeverIsNotReadInTheMiddleOfAMessageHasNotStopped() {
        List<Client> full = admitted(5, 40 * KB);
        for (Client client : full) {
            client.sends(900 * KB).completes();
            client.sends(940 * KB);
            client.account.pause();
        }
        Client honest = admitted().sends(40 * KB);
        tick(49);
        assertEquals(0, count(full, client -> client.closed != null), "its handlers have five seconds");
        assertTrue(honest.paused);
        tick(3);
        assertTrue(count(full, client -> client.closed != null) > 0);
    }

    @Test
    void whoeverWaitsWithLittleDoesNotBecomeHeavier() {
        List<Client> busy = admitted(5, 100 * KB);
        Client honest = admitted().sends(32 * KB);
        goOn(busy, 35);
        assertTrue(honest.paused);
        admitted(520, 20 * KB); // no one of them is heavy
        tick(2);
        assertTrue(budget.held() <= BYTES, budget + "");
        assertEquals(null, honest.closed);
    }

    @Test
    void whoeverWaitsAfterATurnHasTimeToHaveItsMessageHandled() {
        List<Client> first = admitted(4, 100 * KB);
        Client honest = admitted().sends(40 * KB);
        admitted(8, 40 * KB);
        honest.sends(560 * KB).completes();
        assertFalse(honest.paused);
        honest.sends(8 * KB);
        assertTrue(honest.paused, "many wait, and it has sent a message");
        List<Client> crowd = admitted(520, 20 * KB);
        goOn(first, 1);
        assertTrue(budget.held() <= BYTES, budget + "");
        assertEquals(null, honest.closed);
        assertTrue(count(crowd, client -> client.closed != null) > 0);
    }

    /** As those do who wait for late answers: their handlers hold more and more of what they had sent before. */
    @Test
    void aCrowdsQueuesAreHeavierThanAMessageThatHasJustBegun() {
        List<Client> first = admitted(4, 100 * KB);
        List<Client> crowd = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            Client client = admitted().sends(44 * KB);
            client.completes();
            crowd.add(client);
        }
        Client honest = admitted().sends(32 * KB);
        assertTrue(honest.paused);
        goOn(first, 1);
        assertTrue(budget.held() <= BYTES, budget + "");
        assertEquals(null, honest.closed);
        assertTrue(count(crowd, client -> client.closed != null) > 0);
    }

    @Test
    void theEngineDoesNotPunishClientsWhileItsOwnThreadsAreBehind() {
        Queue<Runnable> apart = new ArrayDeque<>();
        InboundBudget slow = new InboundBudget(BYTES, MB, UNADMITTED, (delay, task) -> timer.add(task), apart::add);
        Account account = new Account(slow, new NoLine());
        account.admit();
        account.change(Account.steps(BYTES + MB));
        tick(1);
        tick(1);
        assertEquals(1, slow.clock());
        tick(8);
        assertEquals(1, slow.clock());
        tick(1);
        assertEquals(2, slow.clock(), "a second is enough");
        apart.remove().run();
        tick(1);
        assertEquals(3, slow.clock());
    }

    @Test
    void clientsThatHoldLittleGoIfTheyAreTooMany() {
        List<Client> crowd = admitted(600, 20 * KB);
        assertEquals(0, count(crowd, client -> client.paused));
        tick(3);
        assertTrue(budget.held() <= BYTES, budget + "");
    }

    /** Each of them needs more room than is left, and none gives any up. */
    @Test
    void thoseWhoWaitForEachOtherGoUntilHalfOfTheBudgetIsFree() {
        List<Client> entangled = admitted(5, 40 * KB);
        entangled.forEach(client -> client.sends(2 * MB - 40 * KB).completes());
        entangled.forEach(client -> client.sends(12 * KB));
        assertEquals(5, count(entangled, client -> client.paused));
        tick(9);
        assertEquals(0, count(entangled, client -> client.closed != null), "their handlers may be done soon");
        tick(2);
        assertEquals(3, count(entangled, client -> client.closed == CloseReason.OVER_BUDGET));
        assertEquals(0, count(entangled, client -> client.closed == null && client.paused));
    }

    @Test
    void soDoThoseWhoHoldMoreThanAMessageButLessThanATurnsWorth() {
        List<Client> entangled = admitted(5, 40 * KB);
        for (Client client : entangled) {
            client.sends(1120 * KB).completes();
            client.sends(256 * KB);
            client.sends(256 * KB); // the next part would be too much
        }
        List<Client> crowd = admitted(100, 20 * KB);
        assertEquals(5, count(entangled, client -> client.paused));
        tick(9);
        assertEquals(0, count(entangled, client -> client.closed != null));
        tick(2);
        assertEquals(3, count(entangled, client -> client.closed == CloseReason.OVER_BUDGET));
        assertEquals(0, count(crowd, client -> client.closed != null));
    }

    /** No handler of theirs has anything to do. */
    @Test
    void thoseWhoWaitBetweenTheAttachmentsOfAMessageGoSooner() {
        List<Client> entangled = admitted(5, 40 * KB);
        for (Client client : entangled) {
            client.sends(960 * KB);
            client.completesPart();
            client.sends(1000 * KB);
            client.completesPart();
            client.sends(100 * KB);
        }
        assertEquals(5, count(entangled, client -> client.paused));
        tick(4);
        assertEquals(0, count(entangled, client -> client.closed != null));
        tick(2);
        assertEquals(3, count(entangled, client -> client.closed == CloseReason.OVER_BUDGET));
    }

    /** And not in the middle of one, where it would hold what nobody can use. */
    @Test
    void aTurnDoesNotEndBetweenTheAttachmentsOfAMessage() {
        Client client = admitted().sends(40 * KB);
        client.sends(960 * KB);
        admitted(15, 40 * KB);
        client.completesPart();
        assertFalse(client.paused);
        client.sends(900 * KB);
        assertFalse(client.paused);
        client.completesPart();
        client.completesPacket();
        client.sends(12 * KB);
        assertTrue(client.paused, "many wait, and it has sent a message");
    }

    @Test
    void whoeverHoldsLittleAgainNeedsNoTurn() {
        List<Client> first = admitted(5, 40 * KB);
        Client client = admitted().sends(40 * KB);
        client.completes();
        assertTrue(client.paused);
        client.isHandled();
        assertFalse(client.paused);
        assertEquals(0, count(first, each -> each.closed != null));
    }

    @Test
    void turnsLeaveRoomForWhatEveryClientMayHold() {
        admitted(200, 0);
        List<Client> clients = admitted(5, 40 * KB);
        assertEquals(2, count(clients, client -> client.paused), "200 times 24 KiB are left");
    }

    @Test
    void howeverManyAreConnectedThereAreTurnsInHalfOfTheBudget() {
        admitted(1000, 0);
        List<Client> clients = admitted(4, 40 * KB);
        assertEquals(2, count(clients, client -> client.paused));
    }

    @Test
    void oneHasATurnInTheSmallestBudgetHoweverManyAreConnected() {
        InboundBudget small =
                new InboundBudget(400 * KB, 100 * KB, UNADMITTED, (delay, task) -> timer.add(task), Runnable::run);
        for (int i = 0; i < 1000; i++) {
            new Account(small, new NoLine()).admit();
        }
        Account account = new Account(small, new NoLine());
        account.admit();
        account.changeArriving(Account.steps(40 * KB));
        assertFalse(account.isWaiting());
    }

    @Test
    void thereAreTurnsInABudgetSmallerThanTheLeastTurn() {
        InboundBudget small =
                new InboundBudget(100 * KB, 10 * KB, UNADMITTED, (delay, task) -> timer.add(task), Runnable::run);
        Account account = new Account(small, new NoLine());
        account.admit();
        account.changeArriving(Account.steps(40 * KB));
        assertFalse(account.isWaiting());
    }

    @Test
    void whoeverHasLeftNeedsNoRoomAndWhoeverIsInManyNamespacesNoMore() {
        admitted(200, 0).forEach(client -> client.account.close());
        for (Client client : admitted(5, 0)) {
            for (int i = 0; i < 40; i++) {
                client.account.admit();
            }
        }
        assertEquals(0, count(admitted(5, 40 * KB), client -> client.paused));
    }

    @Test
    void whoeverWaitsInTheMiddleOfAMessageKeepsItsPlace() {
        admitted(5, 40 * KB);
        Client client = admitted().sends(40 * KB);
        client.completes();
        client.sends(8 * KB);
        client.isHandled();
        assertTrue(client.paused);
    }

    @Test
    void strangersGoBeforeThoseWhoHoldLittle() {
        List<Client> known = admitted(140, 20 * KB);
        List<Client> strangers = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            strangers.add(new Client().sends(60 * KB));
        }
        tick(2);
        assertTrue(budget.held() <= BYTES, budget + "");
        assertTrue(count(strangers, client -> client.closed == CloseReason.OVER_BUDGET) > 0);
        assertEquals(0, count(known, client -> client.closed != null));
    }

    @Test
    void whatDepartedClientsLeftBehindHasFiveSecondsToo() {
        List<Client> departed = admitted(5, 40 * KB);
        for (Client client : departed) {
            client.sends(1900 * KB).completes();
            client.account.close();
        }
        admitted().sends(40 * KB);
        tick(49);
        assertEquals(0, count(departed, client -> client.complete == 0));
        tick(3);
        assertTrue(count(departed, client -> client.complete == 0) > 0);
    }

    @Test
    void whoeverWaitsWithUnhandledMessagesHasFiveSecondsToo() {
        List<Client> first = admitted(5, 100 * KB);
        List<Client> unhandled = admitted(30, 44 * KB);
        unhandled.forEach(Client::completes);
        Client honest = admitted().sends(44 * KB);
        for (int i = 0; i < 48; i++) {
            first.forEach(client -> client.sends(16 * KB));
            tick(1);
        }
        first.get(0).completes();
        first.get(0).isHandled(); // and so it is not that nobody has been given a turn
        assertEquals(0, count(unhandled, client -> client.closed != null));
        tick(4);
        assertTrue(count(unhandled, client -> client.closed == CloseReason.OVER_BUDGET) > 0);
        assertEquals(0, count(first, client -> client.closed != null));
        assertEquals(null, honest.closed);
    }

    /** What goes from one holder to the next has not been sent, and no handler is done with it. */
    @Test
    void passingSomethingOnIsNotGettingOn() {
        List<Client> stalled = admitted(5, 40 * KB);
        stalled.forEach(client -> client.sends(1860 * KB));
        admitted().sends(40 * KB);
        for (int i = 0; i < 22; i++) {
            for (Client client : stalled) {
                client.account.changeParts(1);
                client.account.changeParts(-1);
            }
            tick(1);
        }
        assertTrue(count(stalled, client -> client.closed == CloseReason.OVER_BUDGET) > 0);
    }

    @Test
    void thoseWhoWaitForEachOtherGoAlthoughOthersUseTheirTurns() {
        List<Client> entangled = admitted(4, 40 * KB);
        List<Client> others = admitted(1, 40 * KB);
        for (Client client : entangled) {
            client.sends(960 * KB);
            client.completesPart();
            client.sends(1000 * KB);
            client.completesPart();
            client.sends(400 * KB);
        }
        assertEquals(4, count(entangled, client -> client.paused));
        goOn(others, 19);
        assertEquals(0, count(entangled, client -> client.closed != null));
        goOn(others, 3);
        assertTrue(count(entangled, client -> client.closed == CloseReason.OVER_BUDGET) > 0);
        assertEquals(null, others.get(0).closed);
    }

    @Test
    void aTurnStopsBeforeTheNextPartExceedsIt() {
        Client greedy = admitted().sends(40 * KB);
        greedy.sends(560 * KB).completes();
        greedy.sends(600 * KB).completes();
        admitted(4, 40 * KB);
        admitted().sends(40 * KB);
        for (int part : new int[] {64, 64, 128, 256}) {
            assertFalse(greedy.paused);
            greedy.sends(part * KB);
        }
        assertTrue(greedy.paused, "the next would be 512 KiB");
    }

    @Test
    void whatACutClientStillHoldsCountsAsFreeForTwoSeconds() {
        List<Client> clients = admitted(5, 40 * KB);
        clients.forEach(client -> {
            client.lingers = true;
            client.sends(1860 * KB).completes();
        });
        admitted().sends(40 * KB);
        tick(52);
        assertEquals(1, count(clients, client -> client.closed != null));
        tick(17);
        assertEquals(1, count(clients, client -> client.closed != null), "its handler may be done soon");
        tick(6);
        assertEquals(2, count(clients, client -> client.closed != null), "it is not, and another has to go");
    }

    @Test
    void whoeverHasBeenCutInVainIsNotCutInPlaceOfOthers() {
        List<Client> departed = admitted(5, 40 * KB);
        departed.forEach(client -> {
            client.lingers = true;
            client.sends(2000 * KB).completes();
            client.account.close();
        });
        List<Client> crowd = admitted(70, 20 * KB);
        tick(95);
        assertEquals(0, count(crowd, client -> client.closed != null), "there are departed ones left");
        tick(35);
        assertTrue(count(crowd, client -> client.closed == CloseReason.OVER_BUDGET) > 0);
        assertTrue(budget.held() <= BYTES, budget + "");
    }
}
