package io.gangway;

import io.gangway.connection.Flusher;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.HandlerThreads;

/** The threads of one engine, besides Jetty's; they run while the engine runs. */
record EngineThreads(Flusher flusher, Deadlines deadlines, HandlerThreads handlers) {
    void start() {
        flusher.start();
        deadlines.start();
        handlers.start();
    }

    /**
     * Waits for running handlers. Called before {@link #close}, because the events they emit are still to be written.
     */
    void closeHandlers() {
        handlers.close();
    }

    void close() {
        flusher.close();
        deadlines.close();
    }
}
