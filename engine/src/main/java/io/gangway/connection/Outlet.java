package io.gangway.connection;

/** The writing side of a transport: it sends an Outbound's frames. */
public interface Outlet {
    /**
     * Takes frames that fit one write from {@code outbound}, writes them, and calls {@link Outbound#written()} when
     * that is done, on any thread. Called by one thread at a time, and not again before that call. Must not block.
     */
    void write(Outbound outbound);

    /**
     * Reads a little of what {@link #write} will read, and does nothing else. The Flusher has several Outlets do this before
     * it writes to the first, because the processor then fetches the memory of all of them at the same time. Must not fail.
     *
     * @return any number that depends on what was read, so that the reading is not optimised away
     */
    default int readAhead() {
        return 0;
    }

    /**
     * How many bytes of the write in progress have left so far. Called with the Outbound's lock held: must neither block
     * nor call the Outbound.
     */
    default long progress() {
        return 0;
    }

    /** Ends the transport as its protocol requires, after the last frame has been written. Called at most once. */
    void end();
}
