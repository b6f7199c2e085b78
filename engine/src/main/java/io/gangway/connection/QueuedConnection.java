package io.gangway.connection;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose frames wait in an {@link Outbound}, and whose messages count on an {@link Account}; it ends once,
 * whatever ends it. Its subclasses add their protocol. Thread-safe.
 *
 * <pre>
 *   open ---leave---> closed: the client may take what waits ---drop---> gone
 * </pre>
 */
public abstract class QueuedConnection implements Connection {
    /** How long a client may take to read the messages sent before the close. */
    private static final Duration LINGER = Duration.ofSeconds(10);

    protected final Outbound outbound;

    private final UpgradeRequest request;
    private final Account account;

    // Written under the lock.
    private volatile @Nullable ConnectionListener listener;
    private volatile @Nullable CloseReason closed;

    /** Guarded by this. */
    private String closeDetail = "";

    /** Ends the time for the rest; null unless it runs. */
    private volatile @Nullable Runnable linger;

    protected QueuedConnection(UpgradeRequest request, InboundBudget budget, Flusher flusher, Laggards laggards) {
        this.request = request;
        this.account = new Account(budget, this);
        this.outbound = new Outbound(flusher, laggards, detail -> close(CloseReason.SLOW_CLIENT, detail));
    }

    @Override
    public final Account account() {
        return account;
    }

    @Override
    public final UpgradeRequest request() {
        return request;
    }

    @Override
    public final void send(Frame frame) {
        outbound.add(frame);
    }

    @Override
    public final void sendNow(Frame frame) {
        outbound.addNow(frame);
    }

    @Override
    public final void sendUnflushed(Frame frame) {
        outbound.addUnflushed(frame);
    }

    @Override
    public final void flush() {
        outbound.flush();
    }

    @Override
    public final long bufferedBytes() {
        return outbound.bytes();
    }

    @Override
    public final boolean isWritable() {
        return outbound.isWritable();
    }

    // ---- from the listener to the close

    /** Connects the client to its listener, which learns of a close that came earlier. */
    protected final void connect(ConnectionListener accepted) {
        CloseReason already;
        String detail;
        synchronized (this) {
            listener = accepted;
            already = closed;
            detail = closeDetail;
        }
        if (already != null) {
            accepted.onClose(already, detail);
        }
    }

    /** The receiver of the client's messages; null before the client has one, and once it is closed. */
    public final @Nullable ConnectionListener listener() {
        ConnectionListener accepted = listener;
        return isClosed() ? null : accepted;
    }

    public final boolean isClosed() {
        return closed != null;
    }

    /** Why it has closed; null while it is open. */
    protected final @Nullable CloseReason closeReason() {
        return closed;
    }

    protected final synchronized String closeDetail() {
        return closeDetail;
    }

    @Override
    public final void close(CloseReason reason, String detail) {
        if (!leave(reason, detail)) {
            if (reason == CloseReason.OVER_BUDGET) {
                drop(reason, detail); // the memory is needed, although the client has yet to take the rest
            }
            return;
        }
        switch (reason) {
            case PARSE_ERROR, POLICY_VIOLATION, FORCED_CLOSE, SERVER_SHUTDOWN -> {
                linger = after(LINGER, () -> drop(reason, detail));
                outbound.end();
            }
            default -> drop(reason, detail);
        }
    }

    /** Tells the listener that the connection has ended; false if it has been told before. */
    public final boolean leave(CloseReason reason, String detail) {
        ConnectionListener told;
        synchronized (this) {
            if (closed != null) {
                return false;
            }
            closed = reason;
            closeDetail = detail;
            told = listener;
        }
        account.close();
        left(reason, detail);
        if (told != null) {
            told.onClose(reason, detail);
        }
        return true;
    }

    /** The transport that carries the connection has closed by itself. */
    protected final void transportClosed(CloseReason reason, String detail) {
        if (leave(reason, detail)) {
            drop(reason, detail);
        } else {
            forget();
        }
    }

    /** Drops the queued frames, and ends the transport. */
    public final void drop(CloseReason reason, String detail) {
        outbound.discard();
        forget(); // before the client learns of the close and may send another request
        carrier().close(reason, detail);
    }

    /** Nothing is left to send. */
    public final void forget() {
        Runnable needless = linger;
        if (needless != null) {
            needless.run();
        }
        forgotten();
    }

    /** The transport that carries the connection now. */
    protected abstract Transport carrier();

    /** Stops what runs only while the connection is open; called once, before the listener learns of the close. */
    protected abstract void left(CloseReason reason, String detail);

    /** Removes the connection from its server; may be called again. */
    protected abstract void forgotten();

    /** Runs the task later; what it returns cancels that. */
    protected abstract Runnable after(Duration delay, Runnable task);
}
