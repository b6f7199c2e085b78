package io.gangway.jetty;

import io.gangway.connection.Account;
import io.gangway.tasks.Deadlines;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.jspecify.annotations.Nullable;

/**
 * A message that has begun and must end in time, be it the body of a POST or a WebSocket's: a client could hold a part of
 * one for good, and send a byte now and then, or answer pings between its fragments. Its time begins anew if meanwhile
 * the server did not read from the client. Thread-safe.
 */
final class UnfinishedMessage {
    private final Deadlines deadlines;
    private final Duration timeout;
    private final Account account;
    private final BooleanSupplier unread;
    private final Runnable tooLate;

    /** Guarded by this; null once the message has ended or the time is up. */
    private Deadlines.@Nullable Deadline deadline;

    /** Of the account, when the time began. Guarded by this. */
    private int pauses;

    /**
     * @param account the client's
     * @param unread whether the server does not read from the client now
     * @param tooLate called on the timer's thread
     */
    UnfinishedMessage(
            Deadlines deadlines, Duration timeout, Account account, BooleanSupplier unread, Runnable tooLate) {
        this.deadlines = deadlines;
        this.timeout = timeout;
        this.account = account;
        this.unread = unread;
        this.tooLate = tooLate;
        synchronized (this) {
            pauses = account.pauses();
            deadline = deadlines.after(timeout, this::onTimeout);
        }
    }

    /**
     * Another part of a message that has not ended has arrived.
     *
     * @param begun the message, if an earlier part began it
     * @param account the client's
     * @param demand whether the server reads from the client; null before it does
     * @param breakOff closes the WebSocket with a code and a reason; called on the timer's thread
     */
    static @Nullable UnfinishedMessage begin(
            @Nullable UnfinishedMessage begun,
            Deadlines deadlines,
            Duration timeout,
            Account account,
            @Nullable FrameDemand demand,
            BiConsumer<Integer, String> breakOff) {
        if (begun != null || demand == null) {
            return begun;
        }
        return new UnfinishedMessage(
                deadlines,
                timeout,
                account,
                demand::isSuspended,
                () -> breakOff.accept(
                        CloseStatus.POLICY_VIOLATION, "the client did not finish a message within messageTimeout"));
    }

    /** The message has ended, if one had begun. Returns null: no message is unfinished now. */
    static @Nullable UnfinishedMessage end(@Nullable UnfinishedMessage begun) {
        if (begun != null) {
            begun.ended();
        }
        return null;
    }

    synchronized void ended() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    private void onTimeout() {
        synchronized (this) {
            if (deadline == null) {
                return;
            }
            boolean still = unread.getAsBoolean(); // first: once this is over, the count has changed
            int now = account.pauses();
            if (still || now != pauses) {
                pauses = now;
                deadline = deadlines.after(timeout, this::onTimeout);
                return;
            }
            deadline = null;
        }
        tooLate.run();
    }
}
