package io.gangway.connection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Who loses its connection while memory is short. Guarded by the budget.
 *
 * <ol>
 *   <li>While others wait, whoever has a turn and does not get on: after two seconds in the middle of a message, after five
 *       in which no handler has been done with one. After these five whoever waits for a turn goes, too.
 *   <li>Those who wait for each other: they hold more than one message, and have waited for a second without a handler
 *       being done with one, or for half a second between the attachments of one; for two as long as others use their
 *       turns. They go until half of the budget is free. So do those who have been slow for five seconds, once nobody uses
 *       a turn.
 *   <li>If no turn has been given for five seconds, or more is held than the budget allows: anyone, in the order of
 *       {@link Standing}, the heaviest first. Weight is what a client holds, times how long it has not got on: it has
 *       neither sent anything of a large message, nor has a handler been done with one. What it cannot complete because it
 *       waits for its turn does not become heavier.
 * </ol>
 */
final class Eviction {
    private static final int TICKS_TO_RELEASE = 5;
    private static final int TICKS_TO_HANDLE_ONE = 10;
    private static final int TICKS_TO_SEND = 20;
    private static final int TICKS_TO_HANDLE = 50;

    /** How a client stands, in the order in which they go. */
    private enum Standing {
        /** Its connection has ended, and some of its messages have yet to be handled. */
        DEPARTED,
        /** It waits in the middle of a message that has parts, or its handlers do not get on with a whole one. */
        ENTANGLED,
        /** It does not use its turn. */
        IDLE,
        /** No namespace has admitted it. */
        UNKNOWN,
        /** It has used its turn for long; the slowest goes first. */
        SLOW,
        /** It holds little, whether it waits for a turn or needs none. */
        LITTLE,
        /** It waits after a turn, and its handlers get on with what that has brought. */
        BUSY,
        /** It uses its turn. */
        IN_TURN
    }

    private record Candidate(Tally client, Standing standing, long weight) {}

    private static final Comparator<Candidate> ORDER = Comparator.comparing(Candidate::standing)
            .thenComparing(Comparator.comparingLong(Candidate::weight).reversed());

    private final Holders holders;
    private final Map<Tally, Turn> turns;
    private final long message;

    /**
     * @param turns those of the clients that have one
     * @param message the most bytes of one message that is arriving
     */
    Eviction(Holders holders, Map<Tally, Turn> turns, long message) {
        this.holders = holders;
        this.turns = turns;
        this.message = message;
    }

    /** Who goes because more is held than the budget allows. */
    List<Tally> forExcess(long excess, int now) {
        return first(excess, now, candidate -> true, Tally::heldBytes);
    }

    /**
     * Who goes so that the next who waits can have its turn.
     *
     * @param missing the bytes that it needs
     * @param half what is held beyond a half of the budget, in bytes
     * @param waited for how long no turn has been given
     */
    List<Tally> forTurn(long missing, long half, int waited, int now) {
        List<Tally> idle = first(
                missing,
                now,
                candidate -> switch (candidate.standing) {
                    case DEPARTED -> candidate.client.age(now) >= TICKS_TO_HANDLE;
                    case IDLE -> true;
                    case LITTLE -> isUnhandled(candidate.client, now);
                    default -> false;
                },
                this::freedBy);
        if (!idle.isEmpty()) {
            return idle;
        }
        // They wait for each other: room for one would go to the next.
        boolean lapsed = turns.values().stream().allMatch(Turn::isLapsed);
        int ticks = lapsed ? TICKS_TO_RELEASE : TICKS_TO_SEND;
        List<Tally> entangled = first(
                Math.max(missing, half),
                now,
                candidate -> switch (candidate.standing) {
                    case ENTANGLED -> candidate.client.age(now) >= ticks;
                    case SLOW -> lapsed;
                    default -> false;
                },
                Tally::heldBytes);
        if (!entangled.isEmpty()) {
            return entangled;
        }
        return waited < TICKS_TO_HANDLE ? List.of() : first(missing, now, candidate -> true, this::freedBy);
    }

    /** Whether it waits, and no handler has been done with any of its messages for long; they take more than a little. */
    private static boolean isUnhandled(Tally client, int now) {
        return client.isWaiting()
                && client.age(now) >= TICKS_TO_HANDLE
                && client.heldBytes() - client.incompleteBytes() > Tally.LITTLE;
    }

    /**
     * Whether the client has stopped in the middle of a message, although it is read, or its handlers have not been done with
     * one for long.
     */
    private static boolean isIdle(Tally client, int now) {
        boolean stopped = client.isIncomplete() && !client.isPaused();
        return client.age(now) >= (stopped ? TICKS_TO_SEND : TICKS_TO_HANDLE);
    }

    private long freedBy(Tally client) {
        Turn turn = turns.get(client);
        return turn == null ? client.heldBytes() : Math.max(turn.limit(), client.heldBytes());
    }

    /** The first of the candidates, as many as are needed for so many bytes, or all. */
    private List<Tally> first(long bytes, int now, Predicate<Candidate> goes, ToLongFunction<Tally> freed) {
        List<Candidate> candidates = new ArrayList<>();
        holders.forEachNotCut(client -> {
            Candidate candidate = candidate(client, now);
            if (goes.test(candidate)) {
                candidates.add(candidate);
            }
        });
        candidates.sort(ORDER);
        List<Tally> first = new ArrayList<>();
        long remaining = bytes;
        for (Candidate next : candidates) {
            if (remaining <= 0) {
                break;
            }
            first.add(next.client);
            remaining -= freed.applyAsLong(next.client);
        }
        return first;
    }

    /** Asked once for each client, because it changes. */
    private Candidate candidate(Tally client, int now) {
        Standing standing = standing(client, now);
        Turn turn = standing == Standing.SLOW ? turns.get(client) : null;
        return new Candidate(client, standing, turn == null ? client.weight(now) : -turn.rate(now));
    }

    private Standing standing(Tally client, int now) {
        if (client.isClosed()) {
            return Standing.DEPARTED;
        }
        if (!client.isAdmitted()) {
            return Standing.UNKNOWN;
        }
        Turn turn = turns.get(client);
        if (turn != null) {
            return isIdle(client, now) ? Standing.IDLE : turn.isSlow(now) ? Standing.SLOW : Standing.IN_TURN;
        }
        if (!client.isWaiting()) {
            return Standing.LITTLE;
        }
        long incomplete = client.incompleteBytes();
        if (incomplete > message) {
            return Standing.ENTANGLED;
        }
        if (client.heldBytes() - incomplete < message / 4) {
            return Standing.LITTLE;
        }
        return client.age(now) >= TICKS_TO_HANDLE_ONE ? Standing.ENTANGLED : Standing.BUSY;
    }
}
