package io.gangway;

import io.gangway.connection.Flusher;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.HandlerThreads;

/** The threads of one engine, apart from Jetty's: they run while it does. */
record EngineThreads(Flusher flusher, Deadlines deadlines, HandlerThreads handlers) {
    void start() {
        flusher.start();
        deadlines.start();
        handlers.start();
    }

    /** Lets handlers that run finish; before {@link #close}, for what they emit has still to be written. */
    void closeHandlers() {
        handlers.close();
    }

    void close() {
        flusher.close();
        deadlines.close();
    }
}
