package io.gangway.connection;

/**
 * A connection whose frames wait in an {@link Outbound}, and whose messages count on an {@link Account}; its subclasses
 * add their protocol's life cycle. Thread-safe.
 */
public abstract class QueuedConnection implements Connection {
    protected final Outbound outbound;

    private final UpgradeRequest request;
    private final Account account;

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
}
