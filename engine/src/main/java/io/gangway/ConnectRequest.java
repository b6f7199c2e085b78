package io.gangway;

import io.gangway.tasks.Mailbox;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A client's request to join one namespace, and the socket that comes of it: from its CONNECT packet to its leaving.
 *
 * <p>The socket comes into being in the mailbox's turn; the client may be gone again by then. Until the request is decided,
 * the client's events wait. Confined to the mailbox's turns, but for {@link #namespace} and {@link #socket}.
 */
final class ConnectRequest {
    private final String namespace;

    /** Set before the socket. */
    private @Nullable Pipeline pipeline;

    private volatile @Nullable Socket socket;

    /** What waits for the verdict; null once it is there. */
    private @Nullable EarlyEvents early = new EarlyEvents();

    /** Events that came before it was known whether the client may join. */
    private static final class EarlyEvents {
        private final Queue<Runnable> events = new ArrayDeque<>(0);
        private long bytes;
    }

    ConnectRequest(String namespace) {
        this.namespace = namespace;
    }

    String namespace() {
        return namespace;
    }

    /** Null while there is none; it may have left. */
    @Nullable
    Socket socket() {
        return socket;
    }

    /** The way into the namespace, for whoever has seen the socket. */
    @Nullable
    Pipeline pipeline() {
        return pipeline;
    }

    void begin(Socket socket, Pipeline pipeline) {
        this.pipeline = pipeline;
        this.socket = socket;
    }

    boolean isDecided() {
        return early == null;
    }

    /** Has an event wait for the verdict; false if that is more than may wait. */
    boolean hold(Runnable event, int size, Mailbox.Limits limits) {
        EarlyEvents waiting = early;
        if (waiting == null) {
            throw new IllegalStateException("nothing waits for what is decided");
        }
        waiting.bytes += size;
        return waiting.events.size() < limits.events() && waiting.bytes <= limits.bytes() && waiting.events.add(event);
    }

    /** The verdict is there: what has waited for it, in its order. */
    Queue<Runnable> decide() {
        EarlyEvents waiting = early;
        early = null;
        return waiting == null ? new ArrayDeque<>(0) : waiting.events;
    }
}
