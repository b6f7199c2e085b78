package io.gangway.connection;

/** The writing side of a transport: it sends an Outbound's frames. */
public interface Outlet {
    /**
     * Takes frames that fit one write from {@code outbound}, writes them, and calls {@link Outbound#written()} when
     * that is done, on any thread. Called by one thread at a time, and not again before that call. Must not block.
     */
    void write(Outbound outbound);

    /** Ends the transport as its protocol requires, after the last frame has been written. Called at most once. */
    void end();
}
