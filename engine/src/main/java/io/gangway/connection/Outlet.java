package io.gangway.connection;

/** Where an Outbound's frames leave: the side of a transport that writes. */
public interface Outlet {
    /**
     * Takes from {@code outbound} what fits one write, writes it, and reports {@link Outbound#written()} once that is
     * done, on whatever thread. Called by one thread at a time, and not again before that report. Must not block.
     */
    void write(Outbound outbound);

    /** Everything is written and nothing will follow: ends the transport in its protocol's way. Called once at most. */
    void end();
}
