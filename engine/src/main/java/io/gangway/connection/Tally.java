package io.gangway.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** How much one client holds, whether it gets on, and how it stands. Thread-safe. */
abstract class Tally {
    /** Holders report whole steps of this many bytes, rounded down. */
    static final int STEP = 4096;

    /** What a client may hold without a turn, in bytes: far more than events in a chat need. */
    static final int LITTLE = 24 * 1024;

    /** Why a client holds more than before, or less. */
    enum Move {
        /** It sends a part of a message; or the rest will not come, or the message is complete. */
        ARRIVING,
        /** What has arrived goes from one holder to the next: the first subtracts it before the next adds it. */
        PASSING,
        /** A whole message waits for its handler, or that is done with it. */
        COMPLETE
    }

    // Why the client is not read, and what else is known about it.
    static final int FULL = 1;
    static final int WAITING = 2;
    static final int ADMITTED = 4;
    static final int CLOSED = 8;
    static final int CUT = 16;

    /** The lowest bit of the number of pauses, which takes up the rest of the state: set while the client is not read. */
    static final int PAUSED = 1 << 5;

    private static final VarHandle HELD;
    private static final VarHandle INCOMPLETE;
    private static final VarHandle STATE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HELD = lookup.findVarHandle(Tally.class, "held", int.class);
            INCOMPLETE = lookup.findVarHandle(Tally.class, "incomplete", int.class);
            STATE = lookup.findVarHandle(Tally.class, "state", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** The steps held, and those of them that belong to messages of which parts have yet to arrive. */
    @SuppressWarnings("UnusedVariable") // modified through HELD
    private volatile int held;

    @SuppressWarnings("UnusedVariable") // modified through INCOMPLETE
    private volatile int incomplete;

    private volatile int state;

    /** When, on the budget's clock, a part of a message last arrived, or a handler was last done with one. */
    private volatile int since;

    /** Ends the connection in favour of others. */
    abstract void cut();

    // ---- what it holds

    /** Returns the steps held now. */
    int add(int steps) {
        return (int) HELD.getAndAdd(this, steps) + steps;
    }

    void addIncomplete(int steps) {
        INCOMPLETE.getAndAdd(this, steps);
    }

    long heldBytes() {
        return (long) STEP * held;
    }

    boolean isIncomplete() {
        return incomplete > 0;
    }

    long incompleteBytes() {
        return (long) STEP * incomplete;
    }

    /**
     * How much the client holds, times how long it has not got on. That a client waits for its turn does not make heavier
     * what it cannot complete meanwhile.
     */
    long weight(int now) {
        long spared = isWaiting() ? incompleteBytes() : 0;
        return spared + (heldBytes() - spared) * (age(now) + 1L);
    }

    // ---- how it gets on

    void getsOn(int now) {
        since = now;
    }

    /** For how long the client has not got on, on the budget's clock. */
    int age(int now) {
        return now - since;
    }

    // ---- how it stands

    int state() {
        return state;
    }

    /** Returns the state before. */
    int set(int flag) {
        return (int) STATE.getAndBitwiseOr(this, flag);
    }

    void unset(int flag) {
        STATE.getAndBitwiseAnd(this, ~flag);
    }

    void countPauseOrResume() {
        STATE.getAndAdd(this, PAUSED);
    }

    boolean isPaused() {
        return (state & PAUSED) != 0;
    }

    boolean isWaiting() {
        return (state & WAITING) != 0;
    }

    boolean isAdmitted() {
        return (state & ADMITTED) != 0;
    }

    boolean isClosed() {
        return (state & CLOSED) != 0;
    }

    /** Whether the client has been cut, and so cannot be cut again. */
    boolean isCut() {
        return (state & CUT) != 0;
    }
}
