package io.gangway.connection;

/** The line of an account without a connection. */
public final class NoLine implements Account.Line {
    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void close(CloseReason reason, String detail) {}
}
