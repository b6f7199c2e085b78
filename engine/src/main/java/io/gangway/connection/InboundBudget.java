package io.gangway.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The memory that one engine has for what clients send, until handlers are done with it. Thread-safe.
 *
 * <ol>
 *   <li>A client that holds little, at most 24 KiB, is always read.
 *   <li>To hold more, a client needs a turn, for which the budget must have room for two messages of the largest size, and
 *       for the little of all others, up to a half of the budget. Turns are given in the order in which clients need them;
 *       until then the client is not read. While more wait than can have turns, every other turn goes to the latest who
 *       holds little: so a crowd that does nothing with its turns delays those who come after it for a moment, and
 *       everybody else twice as long. A turn ends when little is left of it or, if others wait, between two messages after
 *       four such, or after one while more wait than can have turns; and when the client would hold more than it may.
 *   <li>While others wait, a client must use its turn. If it sends nothing for a second, or so slowly that a message would
 *       take ten, others get the room it has not used yet; once it needs more, it is the next to get a turn.
 *   <li>If room is still missing, or more is held than the budget allows, clients lose their connections as told by
 *       {@link Eviction}.
 *   <li>A client that no namespace has admitted gets no turns; it loses its connection if it holds more than such
 *       clients may.
 * </ol>
 *
 * <p>So a client that sends one message at a time never has to wait in the middle of one, and never holds more than its
 * turn allows: as long as it gets on, all those go before it who hold more than that, or do not.
 */
public final class InboundBudget {
    private static final int LEAST_TURN = 256 * 1024;

    private static final Duration TICK = Duration.ofMillis(100);
    /** After so many ticks the clock goes on, although the engine's threads are behind. */
    private static final int MOST_TICKS_BEHIND = 10;

    /** Runs a task on the engine's timer. */
    @FunctionalInterface
    public interface Timer {
        void after(Duration delay, Runnable task);
    }

    private final long bytes;
    private final long message;
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
    /** The open connections that a namespace has admitted. */
    private final AtomicInteger admitted = new AtomicInteger();

    /**
     * Counts the ticks; stands still while memory is plentiful, or the engine's own threads are behind, so that a server
     * that hangs blames no client.
     */
    private volatile int clock;

    /** Whether a thread of the engine has yet to run what it was given at the latest tick. */
    private volatile boolean behind;

    /** Whether any client waits for its turn; written with the lock held. */
    private volatile boolean awaited;

    // Guarded by this.
    private final Map<Tally, Turn> turns = new HashMap<>();
    private final TurnQueue<Account> waiting;
    private final Eviction eviction;
    private boolean ticking;
    private int ticksBehind;
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
        this.turnBytes = Math.max(2L * maxPayload + 2 * Tally.STEP, Math.min(LEAST_TURN, bytes / 2));
        this.message = (turnBytes / 2 - Tally.STEP) / Tally.STEP * Tally.STEP;
        this.unadmitted = unadmitted;
        this.timer = timer;
        this.apart = apart;
        this.waiting = new TurnQueue<>(bytes / turnBytes, this::holdsLittle);
        this.eviction = new Eviction(holders, turns, message);
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

    /** A namespace has admitted another client, or one of these has left. */
    void admitted(int more) {
        admitted.addAndGet(more);
    }

    int clock() {
        return clock;
    }

    // ---- what accounts report

    void moved(Account account, int before, int now, Tally.Move move) {
        held.addAndGet((long) Tally.STEP * (now - before));
        if (before == 0 || now == 0) {
            holders.list(account, clock);
        }
        if (now > before) {
            onGrowth(account, (long) Tally.STEP * (now - before), move);
        } else if (awaited && move == Tally.Move.COMPLETE) {
            if (account.isWaiting() && holdsNoMore(account)) {
                readAgain(account);
            }
            grant();
        }
        if (held.get() > bytes) {
            watch();
        }
    }

    private void onGrowth(Account account, long grown, Tally.Move move) {
        if (account.isClosed()) {
            return;
        }
        if (!account.isAdmitted()) {
            if (account.heldBytes() > unadmitted) {
                account.refuse();
            }
        } else if (account.heldBytes() > Tally.LITTLE && !mayGrow(account, grown, move)) {
            account.regulate();
            watch();
        }
    }

    /** Whether the client may be read on; otherwise it waits for its turn. */
    private synchronized boolean mayGrow(Account account, long grown, Tally.Move move) {
        Turn turn = turns.get(account);
        if (turn != null) {
            turn.receives(move == Tally.Move.ARRIVING ? grown : 0);
            if (account.heldBytes() + next(account, grown, move) <= turn.limit()
                    && !(isUsedUp(turn) && beginsAnother(account, grown, move))) {
                return true;
            }
            turns.remove(account);
        } else if (account.isWaiting()) {
            return true; // already paused: what had been received before still arrives
        }
        if (account.isClosed()) {
            return true;
        }
        boolean isFirst = waiting.isEmpty() || (turn != null && turn.isLapsed());
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

    /** By how much the client's message may grow next: arrays double, up to the largest message. */
    private long next(Account account, long grown, Tally.Move move) {
        long rest = move == Tally.Move.ARRIVING ? message - account.incompleteBytes() : 0;
        return Math.max(0, Math.min(2 * grown, rest));
    }

    private boolean isUsedUp(Turn turn) {
        return !waiting.isEmpty() && turn.received() >= (waiting.isCrowded() ? message / 2 : 4 * message);
    }

    /** Whether the client has just begun to send a message. */
    private static boolean beginsAnother(Account account, long grown, Tally.Move move) {
        return move == Tally.Move.ARRIVING && account.incompleteBytes() - grown <= Tally.LITTLE;
    }

    /** Whether the client holds no more than it may without a turn, and so needs none. */
    private static boolean holdsNoMore(Account account) {
        return account.heldBytes() <= Tally.LITTLE && !account.isIncomplete();
    }

    /** A client that waits for its turn needs none any more. */
    private void readAgain(Account account) {
        synchronized (this) {
            if (!holdsNoMore(account) || !waiting.remove(account)) {
                return;
            }
            account.waits(false);
            awaited = !waiting.isEmpty();
        }
        apart.execute(account::regulate);
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
        return holds < message ? turnBytes : holds + turnBytes;
    }

    private boolean holdsLittle(Account account) {
        return account.heldBytes() < message;
    }

    private void giveTurn(Account account) {
        turns.put(account, new Turn(limit(account), message, clock));
        given = clock;
    }

    /** How many bytes are missing for the account to get a turn. Must be called with the lock held. */
    private long missing(Account account) {
        turns.keySet().removeIf(other -> other.heldBytes() <= Tally.LITTLE);
        long inTurns = 0;
        long promised = 0;
        for (Map.Entry<Tally, Turn> other : turns.entrySet()) {
            long holds = other.getKey().heldBytes();
            inTurns += holds;
            promised += Math.max(0, other.getValue().limit() - holds);
        }
        long all = held.get();
        long reserved = turns.isEmpty() ? 0 : Math.max(0, shareOfLittle() - (all - inTurns));
        return all + promised + reserved + limit(account) - account.heldBytes() - bytes;
    }

    /** What clients may come to hold without a turn, up to a half of the budget. */
    private long shareOfLittle() {
        return Math.min((long) Tally.LITTLE * admitted.get(), bytes / 2);
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
            List<Tally> leaving;
            synchronized (this) {
                if (mayGoOn()) {
                    clock++;
                    turns.forEach((account, turn) -> turn.letLapse(account, clock));
                }
                leaving = leaving();
            }
            leaving.forEach(Tally::cut);
            grant();
            if (!behind) {
                behind = true;
                apart.execute(() -> behind = false);
            }
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

    /** Whether the clock may; with the lock held. */
    private boolean mayGoOn() {
        boolean may = !behind || ++ticksBehind >= MOST_TICKS_BEHIND;
        if (may) {
            ticksBehind = 0;
        }
        return may;
    }

    /** The clients that must go now; must be called with the lock held. */
    private List<Tally> leaving() {
        long all = held.get() - holders.leaving(clock);
        if (all > bytes) {
            return eviction.forExcess(all - bytes, clock);
        }
        Account first = waiting.first();
        long missing = first == null ? 0 : missing(first) - holders.leaving(clock);
        return missing <= 0 ? List.of() : eviction.forTurn(missing, all - bytes / 2, clock - given, clock);
    }

    @Override
    public String toString() {
        return "InboundBudget[" + held + " of " + bytes + " bytes]";
    }
}
