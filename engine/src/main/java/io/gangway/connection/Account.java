package io.gangway.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What the engine holds for one client until its handlers are done with it, in bytes of heap, and whether the client is
 * read. Thread-safe.
 *
 * <p>Whoever holds something for the client counts it, and tells the account only about whole steps of 4 KiB: so small
 * messages cost nothing here. The rules are those of the {@link InboundBudget}.
 */
public final class Account {
    /** Holders report whole steps of this many bytes, rounded down. */
    static final int STEP = 4096;

    /** The length from which a text is searched for characters that need two bytes; a shorter one counts as such. */
    private static final int LONG_TEXT = 256;

    // Why the client is not read, and what else is known about it.
    private static final int FULL = 1;
    private static final int WAITING = 2;
    private static final int ADMITTED = 4;
    private static final int CLOSED = 8;
    private static final int CUT = 16;

    /** The lowest bit of the {@link #pauses}, which take up the rest of the state: set while the client is not read. */
    private static final int PAUSED = 1 << 5;

    private static final VarHandle HELD;
    private static final VarHandle INCOMPLETE;
    private static final VarHandle STATE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HELD = lookup.findVarHandle(Account.class, "held", int.class);
            INCOMPLETE = lookup.findVarHandle(Account.class, "incomplete", int.class);
            STATE = lookup.findVarHandle(Account.class, "state", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** The connection, as its account sees it. */
    public interface Line {
        /** Stops reading from the client. */
        void pause();

        /** Resumes reading. */
        void resume();

        /** Ends the connection; {@code detail} is for the client too. */
        void close(CloseReason reason, String detail);
    }

    /** Holds a client's messages until they are handled. */
    public interface Holder {
        /** Drops the messages that no handler has begun with. */
        void dropReceived();
    }

    private final InboundBudget budget;
    private final Line line;
    private volatile @Nullable Holder holder;

    /** The steps held, and those of them that belong to messages of which parts have yet to arrive. */
    @SuppressWarnings("UnusedVariable") // modified through HELD
    private volatile int held;

    @SuppressWarnings("UnusedVariable") // modified through INCOMPLETE
    private volatile int incomplete;

    private volatile int state;

    /** Since when, on the budget's clock, nothing has been released. */
    private volatile int since;

    public Account(InboundBudget budget, Line line) {
        this.budget = budget;
        this.line = line;
    }

    /** The holder to ask if others need the memory. */
    public void heldBy(Holder holder) {
        this.holder = holder;
    }

    /** The heap that a text occupies, in bytes: two for each character, unless the JDK stores it in one. */
    public static long bytesOf(String text) {
        int length = text.length();
        if (length >= LONG_TEXT && isLatin1(text)) {
            return length;
        }
        return 2L * length; // of a short text the upper bound: not worth a search
    }

    private static boolean isLatin1(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xFF) {
                return false;
            }
        }
        return true;
    }

    // ---- counting

    /** The steps in so many bytes. */
    public static int steps(long bytes) {
        return (int) (bytes / STEP);
    }

    /** Adds steps that a holder has counted under a lock of its own; must not be called with a lock held. */
    public void change(int steps) {
        if (steps != 0) {
            moved(steps, false);
        }
    }

    /** The same for a message that the client has not sent completely. */
    public void changeIncomplete(int steps) {
        if (steps != 0) {
            INCOMPLETE.getAndAdd(this, steps);
            moved(steps, true);
        }
    }

    /** Subtracts steps of a complete message that its next holder is about to count. */
    public void passOn(int steps) {
        if (steps != 0) {
            moved(-steps, true);
        }
    }

    /** Counts bytes that the client has sent, for the engine's statistics. */
    public void receivedBytes(long bytes) {
        budget.countBytes(bytes);
    }

    /** Counts a whole message of the client, for the engine's statistics. */
    public void receivedMessage() {
        budget.countMessage();
    }

    private void moved(int steps, boolean arriving) {
        int now = (int) HELD.getAndAdd(this, steps) + steps;
        if (steps < 0) {
            since = budget.clock();
        }
        budget.moved(this, now - steps, now, arriving);
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

    /** How much the client holds, times how long it has released nothing. */
    long weight() {
        return heldBytes() * (budget.clock() - since + 1L);
    }

    /** In the latest tick of the budget's clock the client could neither send nor release anything. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only the timer adds; a release at the same time may win
    void doesNotAge() {
        since++;
    }

    /** For how long the client has released nothing, on the budget's clock. */
    int age() {
        return budget.clock() - since;
    }

    /** Nothing is held yet: the age begins now. */
    void begins() {
        since = budget.clock();
    }

    // ---- who the client is

    /** A namespace has admitted the client: from now on it may send large messages. */
    public void admit() {
        set(ADMITTED, true);
    }

    /** Whether a namespace has admitted the client, even if the client has left it since. */
    public boolean isAdmitted() {
        return (state & ADMITTED) != 0;
    }

    /** The most bytes of one message, given the limit of all clients: less unless the client is in a namespace. */
    public int longestMessage(int maxPayload) {
        return isAdmitted() && !isClosed() ? maxPayload : Math.min(maxPayload, budget.unadmitted());
    }

    /** The most bytes of heap of one CONNECT's auth payload, from whichever client. */
    public int longestAuth() {
        return budget.unadmitted();
    }

    /** What a client that is in no namespace is told if it sends more than {@link #longestMessage}. */
    public String unadmittedText() {
        return (isClosed() ? "after its session has ended" : "before a namespace admits it")
                + ", a client may send at most " + budget.unadmitted() + " bytes";
    }

    /** The connection has ended: the client takes no further part in the budget, except for what is still held. */
    public void close() {
        set(CLOSED, true);
        budget.forget(this);
    }

    boolean isClosed() {
        return (state & CLOSED) != 0;
    }

    /** Ends the connection of a client that nobody has admitted, and that holds more than such clients may. */
    public void refuse() {
        line.close(CloseReason.OVER_LIMIT, unadmittedText());
    }

    /** Ends the connection in favour of others, or drops what the client left behind. */
    void cut() {
        set(CUT, true);
        begins();
        line.close(CloseReason.OVER_BUDGET, "the server's memory for incoming messages is full");
        Holder asked = holder;
        if (asked != null) {
            asked.dropReceived();
        }
    }

    /** Whether the client has been cut, and so cannot be cut again. */
    boolean isCut() {
        return (state & CUT) != 0;
    }

    // ---- whether it is read

    /** Stops reading from the client, because too much waits for its handlers. */
    public void pause() {
        if (((int) STATE.getAndBitwiseOr(this, FULL) & FULL) == 0) {
            budget.countPause();
        }
        regulate();
    }

    /** Resumes reading, unless the client waits for its turn. */
    public void resume() {
        set(FULL, false);
        regulate();
    }

    /** Marks the client as waiting for its turn, or not; {@link #regulate} must follow, without the budget's lock. */
    void waits(boolean waits) {
        set(WAITING, waits);
    }

    boolean isWaiting() {
        return (state & WAITING) != 0;
    }

    /** Pauses or resumes the line; one thread at a time, so that an older decision cannot overwrite a newer one. */
    synchronized void regulate() {
        int now = state;
        boolean stop = (now & (FULL | WAITING)) != 0 && (now & CLOSED) == 0;
        if (stop == ((now & PAUSED) != 0)) {
            return;
        }
        STATE.getAndAdd(this, PAUSED);
        if (stop) {
            line.pause();
        } else {
            line.resume();
        }
    }

    /**
     * How often the server has ceased to read from the client, and begun again. Who waits for the client compares two of
     * them: time in which the client was not read must not count.
     */
    public int pauses() {
        return state >>> Integer.numberOfTrailingZeros(PAUSED);
    }

    /** Whether the client is not read now. */
    public boolean isPaused() {
        return (state & PAUSED) != 0;
    }

    private void set(int flag, boolean on) {
        if (on) {
            STATE.getAndBitwiseOr(this, flag);
        } else {
            STATE.getAndBitwiseAnd(this, ~flag);
        }
    }

    @Override
    public String toString() {
        return "Account[" + heldBytes() + " bytes" + (isIncomplete() ? ", incomplete" : "")
                + (isWaiting() ? ", waiting" : "") + "]";
    }
}
