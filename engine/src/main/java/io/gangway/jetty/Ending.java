package io.gangway.jetty;

import io.gangway.tasks.Deadlines;
import org.jspecify.annotations.Nullable;

/**
 * The end of one WebSocket: begins once, whoever begins it; soon after the server's Close frame is on its way, the
 * connection is cut. Thread-safe.
 */
final class Ending {
    private final ReadingEndPoint connection;

    private volatile boolean begun;
    private volatile boolean over;
    private volatile Deadlines.@Nullable Deadline cut;

    Ending(ReadingEndPoint connection) {
        this.connection = connection;
    }

    /** True for the first caller, who must send the Close frame, and have the connection cut soon. */
    synchronized boolean begin() {
        boolean first = !begun;
        begun = true;
        return first;
    }

    boolean hasBegun() {
        return begun;
    }

    /**
     * Gives the client a moment to send its Close frame, then cuts the connection. Not before the server's is on its way:
     * a server that stands still must not cut what it has yet to write.
     */
    void cutSoon(Deadlines deadlines) {
        Deadlines.Deadline soon = deadlines.after(ReadingEndPoint.LINGER, connection::cut);
        cut = soon;
        if (over) {
            soon.cancel();
        }
    }

    /** The connection is closed for good. */
    void complete() {
        over = true;
        begun = true;
        Deadlines.Deadline needless = cut;
        if (needless != null) {
            needless.cancel();
        }
    }

    boolean isComplete() {
        return over;
    }
}
