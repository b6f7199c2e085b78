package io.gangway.connection;

/** A client's turn: how much it may hold at most, and what it has sent so far, in bytes. Guarded by the budget. */
final class Turn {
    private static final int TICKS_TO_GO_ON = 10;
    private static final int TICKS_FOR_A_MESSAGE = 100;
    private static final int TICKS_UNTIL_SLOW = 50;

    private final long leastRate;
    private final int begun;
    private long limit;
    private long received;
    /** Whether others may use the rest of the turn. */
    private boolean lapsed;

    /**
     * @param message the bytes of the largest message
     * @param now on the budget's clock
     */
    Turn(long limit, long message, int now) {
        this.limit = limit;
        this.leastRate = message / TICKS_FOR_A_MESSAGE;
        this.begun = now;
    }

    long limit() {
        return limit;
    }

    long received() {
        return received;
    }

    boolean isLapsed() {
        return lapsed;
    }

    void receives(long bytes) {
        received += bytes;
    }

    /** If the client does not get on, or only slowly, others have the room that it does not use. */
    void letLapse(Tally client, int now) {
        int ticks = now - begun;
        boolean slow = ticks >= TICKS_TO_GO_ON && received < ticks * leastRate && client.isIncomplete();
        if (slow || client.age(now) >= TICKS_TO_GO_ON) {
            lapsed = true;
            limit = Math.min(limit, client.heldBytes());
        }
    }

    /** Whether the turn takes long, although the client gets on. */
    boolean isSlow(int now) {
        return now - begun >= TICKS_UNTIL_SLOW;
    }

    /** The bytes that the client has sent in each tick. */
    long rate(int now) {
        return received / (now - begun + 1L);
    }
}
