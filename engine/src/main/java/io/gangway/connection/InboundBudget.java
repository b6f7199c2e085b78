package io.gangway.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/**
 * The memory that one engine has for what clients send, until handlers are done with it. Thread-safe.
 *
 * <ol>
 *   <li>A client that holds little, at most 24 KiB, is always read.
 *   <li>To hold more, a client needs a turn, for which the budget must have room for two messages of the largest size.
 *       Turns are given in the order in which clients need them; until then the client is not read. While more wait than
 *       can have turns, every other turn goes to the latest who holds little: so a crowd that does nothing with its turns
 *       delays those who come after it for a moment, and everybody else twice as long. A turn ends when little is left of
 *       it or, if others wait, between two messages after four such.
 *   <li>While others wait, a client must use its turn. If it sends nothing for a second, others get the room it has not
 *       used yet; once it sends again, it is the next to get a turn. If room is still missing, it loses its connection
 *       after two seconds in the middle of a message, and after five in which none of its messages has been handled. The
 *       heaviest goes first: weight is what a client holds, times how long it has released nothing, except for the time
 *       in which it waited with little. If none has been given a turn for five seconds, the heaviest of all clients goes;
 *       if none has one, those that wait although they hold more than a turn's worth, until half of the budget is free, or
 *       else the heaviest.
 *   <li>If more is held than the budget allows, the heaviest clients go at once.
 *   <li>A client that no namespace has admitted gets no turns; it loses its connection if it holds more than such
 *       clients may.
 * </ol>
 */
public final class InboundBudget {
    /** What a client may hold without a turn: far more than events in a chat need. */
    private static final int LITTLE = 24 * 1024;

    private static final int LEAST_TURN = 256 * 1024;

    private static final Duration TICK = Duration.ofMillis(100);
    private static final int TICKS_TO_RELEASE = 5;
    private static final int TICKS_TO_GO_ON = 10;
    private static final int TICKS_TO_SEND = 20;
    private static final int TICKS_TO_HANDLE = 50;

    /** Runs a task on the engine's timer. */
    @FunctionalInterface
    public interface Timer {
        void after(Duration delay, Runnable task);
    }

    /** A client's turn: how much it may hold at most, and what it has sent so far, in bytes. Guarded by the budget. */
    static final class Turn {
        private long limit;
        private long received;
        /** Whether others may use the rest of the turn. */
        private boolean lapsed;
        /** When something last arrived, on the budget's clock. */
        private int arrival;

        private Turn(long limit, int now) {
            this.limit = limit;
            this.arrival = now;
        }
    }

    private final long bytes;
    private final long turnBytes;
    private final int unadmitted;
    private final Timer timer;
    private final Executor apart;

    private final AtomicLong held = new AtomicLong();
    private final LongAdder messages = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder pauses = new LongAdder();
    private final LongAdder waits = new LongAdder();
    private final Holders holders = new Holders();

    /** Counts the ticks; stands still while memory is plentiful, so that a server that hangs blames no client. */
    private volatile int clock;

    /** Whether any client waits for its turn; written with the lock held. */
    private volatile boolean awaited;

    // Guarded by this.
    private final Map<Account, Turn> turns = new HashMap<>();
    private final TurnQueue<Account> waiting;
    private boolean ticking;
    /** When a turn was last given, or was first waited for. */
    private int given;

    /**
     * @param bytes the most bytes of heap to hold for all clients
     * @param maxPayload the largest message
     * @param unadmitted the most bytes to hold for a client that no namespace has admitted
     * @param timer decides, while memory is short, who loses its connection
     * @param apart resumes clients, on threads that may do the work of a client
     */
    public InboundBudget(long bytes, int maxPayload, int unadmitted, Timer timer, Executor apart) {
        this.bytes = bytes;
        this.turnBytes = Math.max(2L * maxPayload, LEAST_TURN);
        this.unadmitted = unadmitted;
        this.timer = timer;
        this.apart = apart;
        this.waiting = new TurnQueue<>(bytes / turnBytes, this::holdsLittle);
    }

    /** A budget without limits, for connections without an engine, such as those of a benchmark. */
    public static InboundBudget unlimited() {
        return new InboundBudget(Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, (delay, task) -> {}, task -> {});
    }

    /** The bytes held for all clients now, in whole steps. */
    public long held() {
        return held.get();
    }

    /** What clients have sent so far. */
    public Received received() {
        return new Received(messages.sum(), received.sum(), pauses.sum(), waits.sum());
    }

    /**
     * What has been received, and how often that was too much.
     *
     * @param messages the messages, a message's attachments counted with it, and pongs not at all
     * @param bytes the bytes of the WebSockets' messages, without their frames' headers, and of the bodies of POSTs
     * @param pauses how often reading from a client stopped because too much waited for its handlers
     * @param waits how often a client had to wait for its turn
     */
    public record Received(long messages, long bytes, long pauses, long waits) {}

    void countMessage() {
        messages.increment();
    }

    void countBytes(long bytes) {
        received.add(bytes);
    }

    void countPause() {
        pauses.increment();
    }

    int unadmitted() {
        return unadmitted;
    }

    int clock() {
        return clock;
    }

    // ---- what accounts report

    /** @param arriving whether the steps belong to an incomplete message */
    void moved(Account account, int before, int now, boolean arriving) {
        held.addAndGet((long) Account.STEP * (now - before));
        if (before == 0 || now == 0) {
            holders.list(account);
        }
        if (now > before) {
            onGrowth(account, (long) Account.STEP * (now - before), arriving);
        } else if (awaited && !arriving) {
            // What has arrived completely is about to be counted again, for its handler.
            grant();
        }
        if (held.get() > bytes) {
            watch();
        }
    }

    private void onGrowth(Account account, long grown, boolean arriving) {
        if (account.isClosed()) {
            return;
        }
        if (!account.isAdmitted()) {
            if (account.heldBytes() > unadmitted) {
                account.refuse();
            }
        } else if (account.heldBytes() > LITTLE && !mayGrow(account, arriving ? grown : 0)) {
            account.regulate();
            watch();
        }
    }

    /** Whether the client may be read on; otherwise it waits for its turn. */
    private synchronized boolean mayGrow(Account account, long received) {
        Turn turn = turns.get(account);
        if (turn != null) {
            turn.arrival = clock;
            turn.received += received;
            if (account.heldBytes() <= turn.limit && !isUsedUp(turn, account.incompleteBytes() - received)) {
                return true;
            }
            turns.remove(account);
        } else if (account.isWaiting()) {
            return true; // already paused: what had been received before still arrives
        }
        if (account.isClosed()) {
            return true;
        }
        boolean isFirst = waiting.isEmpty() || (turn != null && turn.lapsed);
        if (isFirst && missing(account) <= 0) {
            giveTurn(account);
            return true;
        }
        if (waiting.isEmpty()) {
            given = clock;
        }
        waiting.add(account, isFirst);
        waits.increment();
        account.waits(true);
        awaited = true;
        return false;
    }

    /** @param begun what the client had sent of its message before */
    private boolean isUsedUp(Turn turn, long begun) {
        return !waiting.isEmpty() && turn.received >= 2 * turnBytes && begun <= LITTLE;
    }

    /** A closed connection waits for nothing, and gives its turn to others. */
    void forget(Account account) {
        synchronized (this) {
            turns.remove(account);
            if (waiting.remove(account)) {
                account.waits(false);
            }
            awaited = !waiting.isEmpty();
        }
        if (awaited) {
            grant();
        }
    }

    // ---- turns

    /** What the account may hold in its turn: two messages, also if it holds a part of the first already. */
    private long limit(Account account) {
        long holds = account.heldBytes();
        return holds < turnBytes / 2 ? turnBytes : holds + turnBytes;
    }

    private boolean holdsLittle(Account account) {
        return account.heldBytes() < turnBytes / 2;
    }

    private void giveTurn(Account account) {
        turns.put(account, new Turn(limit(account), clock));
        given = clock;
    }

    /** How many bytes are missing for the account to get a turn. Must be called with the lock held. */
    private long missing(Account account) {
        turns.keySet().removeIf(other -> other.heldBytes() <= LITTLE);
        long promised = 0;
        for (Map.Entry<Account, Turn> other : turns.entrySet()) {
            promised += Math.max(0, other.getValue().limit - other.getKey().heldBytes());
        }
        return held.get() + promised + limit(account) - account.heldBytes() - bytes;
    }

    /** Gives turns to those who wait, in their order, while there is room. */
    private void grant() {
        List<Account> next = new ArrayList<>(1);
        synchronized (this) {
            for (Account first = waiting.first(); first != null && missing(first) <= 0; first = waiting.first()) {
                waiting.take(first);
                first.waits(false);
                giveTurn(first);
                next.add(first);
            }
            awaited = !waiting.isEmpty();
        }
        // Apart, because the client's messages may be handled as soon as it is read again.
        next.forEach(account -> apart.execute(account::regulate));
    }

    // ---- while memory is short

    private void watch() {
        synchronized (this) {
            if (ticking) {
                return;
            }
            ticking = true;
        }
        timer.after(TICK, this::tick);
    }

    private void tick() {
        try {
            List<Account> leaving;
            synchronized (this) {
                clock++;
                spareThoseWhoWait();
                turns.forEach(this::letLapse);
                leaving = heaviest();
            }
            leaving.forEach(Account::cut);
            grant();
        } finally {
            boolean more;
            synchronized (this) {
                more = !waiting.isEmpty() || held.get() > bytes;
                ticking = more;
            }
            if (more) {
                timer.after(TICK, this::tick);
            }
        }
    }

    /** Whoever waits with little cannot release it, and so does not become heavier. */
    private void spareThoseWhoWait() {
        waiting.forEach(account -> {
            if (holdsLittle(account)) {
                account.doesNotAge();
            }
        });
    }

    private void letLapse(Account account, Turn turn) {
        if (clock - turn.arrival >= TICKS_TO_GO_ON) {
            turn.lapsed = true;
            turn.limit = Math.min(turn.limit, account.heldBytes());
        }
    }

    /** The clients that must go now; must be called with the lock held. */
    private List<Account> heaviest() {
        Account first = waiting.first();
        long excess = held.get() - bytes;
        long missing = Math.max(excess, first == null ? 0 : missing(first));
        long leaving = holders.leaving();
        missing -= leaving;
        if (missing <= 0) {
            return List.of();
        }
        if (excess > 0) {
            return heaviest(missing, account -> true);
        }
        List<Account> idle = heaviest(missing, this::isIdle);
        if (!idle.isEmpty()) {
            return idle;
        }
        if (turns.isEmpty()) {
            // Those who wait with more than a turn's worth wait for each other: room for one would go to the next.
            long half = held.get() - leaving - bytes / 2;
            List<Account> entangled = heaviest(Math.max(missing, half), this::isEntangled);
            return !entangled.isEmpty() || clock - given < TICKS_TO_GO_ON
                    ? entangled
                    : heaviest(missing, account -> true);
        }
        return clock - given >= TICKS_TO_HANDLE ? heaviest(missing, account -> true) : List.of();
    }

    private boolean isEntangled(Account account) {
        return account.isWaiting() && account.heldBytes() >= turnBytes && account.age() >= TICKS_TO_RELEASE;
    }

    private boolean isIdle(Account account) {
        Turn turn = turns.get(account);
        if (turn == null) {
            return false;
        }
        int ticks = clock - turn.arrival;
        return (ticks >= TICKS_TO_SEND && account.isIncomplete())
                || (ticks >= TICKS_TO_HANDLE && account.age() >= TICKS_TO_HANDLE);
    }

    private List<Account> heaviest(long missing, Predicate<Account> candidate) {
        return holders.heaviest(missing, candidate, this::freedBy);
    }

    private long freedBy(Account account) {
        Turn turn = turns.get(account);
        return turn == null ? account.heldBytes() : Math.max(turn.limit, account.heldBytes());
    }

    @Override
    public String toString() {
        return "InboundBudget[" + held + " of " + bytes + " bytes]";
    }
}
