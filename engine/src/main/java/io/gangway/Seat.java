package io.gangway;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A client's place in one namespace, from its CONNECT packet to its leaving.
 *
 * <p>The socket comes into being in the mailbox's turn; the client may be gone again by then. Thread-safe, but for
 * {@link #waiting}, its bytes and {@link #decided}, which belong to the mailbox's turns.
 */
final class Seat {
    private final String namespace;

    /** What the client sent while the verdict on it was pending. */
    final Queue<Runnable> waiting = new ArrayDeque<>(0);
    /** How many bytes that is. */
    long waitingBytes;
    /** Whether it is known if the client may join. */
    boolean decided;

    // Guarded by this.
    private @Nullable Socket socket;
    private @Nullable DisconnectReason left;

    Seat(String namespace) {
        this.namespace = namespace;
    }

    String namespace() {
        return namespace;
    }

    synchronized @Nullable Socket socket() {
        return socket;
    }

    /** Puts the socket here; false if the client has left already. */
    synchronized boolean take(Socket socket) {
        if (left != null) {
            return false;
        }
        this.socket = socket;
        return true;
    }

    /** Whether the application has taken the place away: what the client sent before it knew is not to be handled. */
    synchronized boolean isTakenAway() {
        return left == DisconnectReason.SERVER_NAMESPACE_DISCONNECT;
    }

    /** The client, or the application, gives the place up. */
    void leave(DisconnectReason reason) {
        Socket leaving;
        synchronized (this) {
            if (left != null) {
                return;
            }
            left = reason;
            leaving = socket;
        }
        if (leaving != null) {
            leaving.onLeft(reason);
        }
    }
}
