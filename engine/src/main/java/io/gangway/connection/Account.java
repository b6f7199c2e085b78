package io.gangway.connection;

import org.jspecify.annotations.Nullable;

/**
 * What the engine holds for one client until its handlers are done with it, in bytes of heap, and whether the client is
 * read. Thread-safe.
 *
 * <p>Whoever holds something for the client counts it, and tells the account only about whole steps of 4 KiB: so small
 * messages cost nothing here. The rules are those of the {@link InboundBudget}.
 */
public final class Account extends Tally {
    /** The length from which a text is searched for characters that need two bytes; a shorter one counts as such. */
    private static final int LONG_TEXT = 256;

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

    /** The steps of 4 KiB in so many bytes. */
    public static int steps(long bytes) {
        return (int) (bytes / STEP);
    }

    /** Adds steps of complete messages, or subtracts them once handlers are done with them. */
    public void change(int steps) {
        if (steps != 0) {
            move(steps, Move.COMPLETE);
        }
    }

    /** Adds steps of a message that is arriving, or subtracts them when it no longer is. */
    public void changeArriving(int steps) {
        if (steps != 0) {
            addIncomplete(steps);
            move(steps, Move.ARRIVING);
        }
    }

    /**
     * Adds steps of what has arrived, but is not a whole message for a handler yet; subtracts them before the next holder
     * counts it.
     */
    public void changeParts(int steps) {
        if (steps != 0) {
            addIncomplete(steps);
            move(steps, Move.PASSING);
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

    /** Another part of a message has arrived for which there was room already. */
    public void getsOn() {
        getsOn(budget.clock());
    }

    private void move(int steps, Move move) {
        int now = add(steps);
        if (steps > 0 ? move == Move.ARRIVING : move == Move.COMPLETE) {
            getsOn();
        }
        budget.moved(this, now - steps, now, move);
    }

    // ---- who the client is

    /** A namespace has admitted the client: from now on it may send large messages. */
    public void admit() {
        if ((set(ADMITTED) & (ADMITTED | CLOSED)) == 0) {
            budget.admitted(1);
        }
    }

    /** Whether a namespace has admitted the client, even if the client has left it since. */
    @Override
    public boolean isAdmitted() {
        return super.isAdmitted();
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
        if ((set(CLOSED) & (ADMITTED | CLOSED)) == ADMITTED) {
            budget.admitted(-1);
        }
        budget.forget(this);
    }

    /** Ends the connection of a client that nobody has admitted, and that holds more than such clients may. */
    public void refuse() {
        line.close(CloseReason.OVER_LIMIT, unadmittedText());
    }

    /** Ends the connection in favour of others, or drops what the client left behind. */
    @Override
    void cut() {
        set(CUT);
        getsOn();
        line.close(CloseReason.OVER_BUDGET, "the server's memory for incoming messages is full");
        Holder asked = holder;
        if (asked != null) {
            asked.dropReceived();
        }
    }

    // ---- whether it is read

    /** Stops reading from the client, because too much waits for its handlers. */
    public void pause() {
        if ((set(FULL) & FULL) == 0) {
            budget.countPause();
        }
        regulate();
    }

    /** Resumes reading, unless the client waits for its turn. */
    public void resume() {
        unset(FULL);
        regulate();
    }

    /** Marks the client as waiting for its turn, or not; {@link #regulate} must follow, without the budget's lock. */
    void waits(boolean waits) {
        getsOn(); // something has just arrived, or may from now on
        if (waits) {
            set(WAITING);
        } else {
            unset(WAITING);
        }
    }

    /** Pauses or resumes the line; one thread at a time, so that an older decision cannot overwrite a newer one. */
    synchronized void regulate() {
        int now = state();
        boolean stop = (now & (FULL | WAITING)) != 0 && (now & CLOSED) == 0;
        if (stop == ((now & PAUSED) != 0)) {
            return;
        }
        countPauseOrResume();
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
        return state() >>> Integer.numberOfTrailingZeros(PAUSED);
    }

    /** Whether the client is not read now. */
    @Override
    public boolean isPaused() {
        return super.isPaused();
    }

    @Override
    public String toString() {
        return "Account[" + heldBytes() + " bytes" + (isIncomplete() ? ", incomplete" : "")
                + (isWaiting() ? ", waiting" : "") + "]";
    }
}
