package io.gangway;

import io.gangway.tasks.Mailbox;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A client's request to join one namespace and the resulting socket, from the CONNECT packet until the client leaves.
 *
 * <p>The socket is created in the mailbox's turn; by then the client may have left. Until the request is decided, the
 * client's events wait. Confined to the mailbox's turns, except {@link #namespace} and {@link #socket}.
 */
final class ConnectRequest {
    private final String namespace;

    /** Set before the socket. */
    private @Nullable Pipeline pipeline;

    private volatile @Nullable Socket socket;

    /** The events that wait for the decision; null once it is made. */
    private @Nullable EarlyEvents early = new EarlyEvents();

    /** Events that arrived before the decision whether the client may join. */
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

    /** The socket, which may have left already; null before it is created. */
    @Nullable
    Socket socket() {
        return socket;
    }

    /** The namespace's pipeline; set once {@link #socket} is not null. */
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

    /** Lets an event wait for the decision; false if too many are waiting. */
    boolean hold(Runnable event, int size, Mailbox.Limits limits) {
        EarlyEvents waiting = early;
        if (waiting == null) {
            throw new IllegalStateException("the request has been decided already");
        }
        waiting.bytes += size;
        return waiting.events.size() < limits.events() && waiting.bytes <= limits.bytes() && waiting.events.add(event);
    }

    /** Ends the waiting, and returns the waiting events in order. */
    Queue<Runnable> decide() {
        EarlyEvents waiting = early;
        early = null;
        return waiting == null ? new ArrayDeque<>(0) : waiting.events;
    }
}
