package io.gangway;

import io.gangway.connection.Flusher;
import io.gangway.connection.InboundBudget;
import io.gangway.tasks.Deadlines;
import io.gangway.tasks.HandlerThreads;
import java.time.Duration;

/** The threads of one engine, without Jetty's: they flush connections, run deadlines, and run handlers. */
record EngineThreads(Flusher flusher, Deadlines deadlines, HandlerThreads handlers) {
    /** The memory for what clients send. */
    InboundBudget budget(Limits limits) {
        return new InboundBudget(
                limits.inboundBudget(),
                limits.maxPayload(),
                limits.maxUnadmitted(),
                deadlines::after,
                handlers::completeOrRun);
    }

    void start() {
        flusher.start();
        deadlines.start();
        handlers.start();
    }

    /**
     * Stops the handler threads after their running handlers. Must precede {@link #close}, so that events emitted by
     * these handlers are still written.
     */
    void closeHandlers(Duration patience) {
        handlers.close(patience);
    }

    void close() {
        flusher.close();
        deadlines.close();
    }
}
