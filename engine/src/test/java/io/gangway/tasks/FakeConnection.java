package io.gangway.tasks;

import io.gangway.connection.Account;
import io.gangway.connection.CloseReason;
import io.gangway.connection.Connection;
import io.gangway.connection.Frame;
import io.gangway.connection.InboundBudget;
import io.gangway.connection.UpgradeRequest;

/** A connection without a client: counts frames until they are flushed, and knows whether it is read. */
final class FakeConnection implements Connection {
    private final Account account;
    private int waiting;
    int flushed;
    int flushes;
    boolean paused;
    boolean closed;

    FakeConnection(InboundBudget budget) {
        account = new Account(budget, this);
        account.admit();
    }

    @Override
    public Account account() {
        return account;
    }

    @Override
    public void sendUnflushed(Frame frame) {
        waiting++;
    }

    @Override
    public void flush() {
        flushes++;
        flushed += waiting;
        waiting = 0;
    }

    @Override
    public UpgradeRequest request() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String transport() {
        return "fake";
    }

    @Override
    public void send(Frame frame) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void sendNow(Frame frame) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    public long bufferedBytes() {
        return 0;
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void close(CloseReason reason, String detail) {
        closed = true;
    }
}
